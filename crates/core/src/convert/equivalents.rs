//! The one table of keywords that mean the same, in the spelling of each family of dialects.
//!
//! Sources: `PQconninfoOptions` of libpq 18, `NpgsqlConnectionStringBuilder` of Npgsql 10, `PGProperty` of pgJDBC 42.7,
//! `PostgresqlConnectionFactoryProvider` of r2dbc-postgresql 1.0, pg 8.23, Prisma's engine 6, pgx 5 (`pgconn/config.go`),
//! psqlODBC 13.02 (`dlg_specific.c`).

use crate::model::Dialect;
use crate::near::same_letters;
use crate::parse::keywords::VARIABLES;
use alloc::format;
use alloc::string::{String, ToString};

/// Dialects that share their keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Libpq,
    /// libpq's variables.
    Env,
    Npgsql,
    Pgjdbc,
    R2dbc,
    /// node-postgres in a URL.
    Node,
    /// node-postgres as an object.
    Object,
    Prisma,
    /// pgx and lib/pq; what they do not know goes to the server as a setting.
    Go,
    Odbc,
    Django,
    Rails,
    /// No keywords at all.
    Pgpass,
}

impl Family {
    pub(crate) const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::LibpqUri
            | Dialect::LibpqKv
            | Dialect::PhpKv
            | Dialect::PdoDsn
            | Dialect::ServiceFile
            | Dialect::PythonKwargs
            | Dialect::RubyHash
            | Dialect::SqlalchemyUrl => Self::Libpq,
            Dialect::PgEnv | Dialect::PsqlCommand => Self::Env,
            Dialect::AdoNet | Dialect::Webapp => Self::Npgsql,
            Dialect::JdbcUrl | Dialect::SpringProperties => Self::Pgjdbc,
            Dialect::R2dbcUrl => Self::R2dbc,
            Dialect::NodeUrl => Self::Node,
            Dialect::NodeObject => Self::Object,
            Dialect::PrismaUrl => Self::Prisma,
            Dialect::GoUrl | Dialect::GoKv => Self::Go,
            Dialect::Odbc => Self::Odbc,
            Dialect::DjangoDict => Self::Django,
            Dialect::ActiverecordYaml => Self::Rails,
            Dialect::Pgpass => Self::Pgpass,
        }
    }

    /// Whether every keyword of libpq works in it, in libpq's spelling.
    const fn has_all_of_libpq(self) -> bool {
        matches!(self, Self::Libpq | Self::Django | Self::Rails)
    }
}

/// How a value is written, which differs even where the keywords agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The same everywhere.
    Text,
    /// One of a few words in lower case.
    Word,
    /// A whole number of seconds; R2DBC writes a duration, node-postgres milliseconds.
    Seconds,
    /// `1` or `0` in libpq, `true` or `false` elsewhere.
    Switch,
    /// `random` or `disable` in libpq, `true` or `false` elsewhere.
    Balance,
    /// What the server must be; pgJDBC and R2DBC have their own words.
    Session,
}

/// A setting with its spellings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// What it is called in a report: libpq's keyword where there is one.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether it is a setting of the server, which `options` can carry.
    pub(crate) server_setting: bool,
    libpq: bool,
    own: [(Family, &'static [&'static str]); 8],
}

const NONE: (Family, &[&str]) = (Family::Pgpass, &[]);

impl Row {
    /// A keyword of libpq.
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            server_setting: false,
            libpq: true,
            own: [NONE; 8],
        }
    }

    /// A setting that libpq has no keyword for.
    const fn other(name: &'static str, kind: Kind) -> Self {
        Self {
            libpq: false,
            ..Self::new(name, kind)
        }
    }

    const fn server_setting(self) -> Self {
        Self {
            server_setting: true,
            ..self
        }
    }

    /// The spelling in a family, and after it those that mean the same there.
    #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    const fn at(mut self, family: Family, names: &'static [&'static str]) -> Self {
        let mut index = 0;
        while !self.own[index].1.is_empty() {
            index += 1;
        }
        self.own[index] = (family, names);
        self
    }

    const fn both_java(
        self,
        pgjdbc: &'static [&'static str],
        r2dbc: &'static [&'static str],
    ) -> Self {
        self.at(Family::Pgjdbc, pgjdbc).at(Family::R2dbc, r2dbc)
    }

    fn names(&self, family: Family) -> &'static [&'static str] {
        self.own
            .iter()
            .find(|(own, _)| *own == family)
            .map_or(&[], |(_, names)| names)
    }

    /// Its keyword in `family`; for ODBC, what pqopt carries is not a keyword of its own.
    pub(crate) fn keyword(&self, family: Family) -> Option<&'static str> {
        if let Some(name) = self.names(family).first() {
            return Some(name);
        }
        match family {
            Family::Env if self.libpq => VARIABLES
                .iter()
                .find(|(_, keyword)| *keyword == self.name)
                .map(|(variable, _)| *variable),
            family if self.libpq && family.has_all_of_libpq() => Some(self.name),
            _ => None,
        }
    }

    /// The row of which some family has a keyword of that name, whatever its case and punctuation.
    pub(crate) fn of_any_family(key: &str) -> Option<&'static Self> {
        let own = |row: &&Self| {
            let mut names = row.own.iter().flat_map(|(_, names)| names.iter());
            names.any(|name| same_letters(name, key))
        };
        ROWS.iter()
            .find(|row| same_letters(row.name, key))
            .or_else(|| ROWS.iter().find(own))
    }

    /// Its keyword in ODBC's pqopt.
    pub(crate) const fn in_pqopt(&self) -> Option<&'static str> {
        if self.libpq { Some(self.name) } else { None }
    }

    /// The row that `key` stands for in `family`.
    pub(crate) fn find(family: Family, key: &str) -> Option<&'static Self> {
        let same: fn(&str, &str) -> bool = match family {
            Family::Npgsql => |a, b| squeeze(a) == squeeze(b),
            Family::Odbc | Family::Env => str::eq_ignore_ascii_case,
            _ => |a, b| a == b,
        };
        let own = ROWS.iter().find(|row| {
            row.names(family).iter().any(|name| same(name, key))
                || row.keyword(family).is_some_and(|name| same(name, key))
        });
        // pqopt and the arguments beside variables are in libpq's words.
        own.or_else(|| {
            let libpqs = matches!(
                family,
                Family::Odbc | Family::Env | Family::Django | Family::Go
            );
            ROWS.iter()
                .find(|row| libpqs && row.libpq && row.name == key)
        })
    }

    /// The row of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.name == name)
    }
}

fn squeeze(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// pgJDBC's words for what the server must be, and libpq's.
const SESSIONS: &[(&str, &str)] = &[
    ("primary", "primary"),
    ("primary", "read-write"),
    ("secondary", "standby"),
    ("secondary", "read-only"),
    ("preferSecondary", "prefer-standby"),
    ("preferPrimary", "prefer-primary"),
    ("any", "any"),
    ("master", "primary"),
    ("slave", "standby"),
    ("preferSlave", "prefer-standby"),
];

impl Kind {
    /// The value in libpq's terms; `None` where it is not one that the family knows.
    pub(crate) fn read(self, family: Family, value: &str) -> Option<String> {
        let written = value;
        let value = value.trim();
        match self {
            Self::Text => Some(written.into()),
            Self::Word => Some(value.to_ascii_lowercase()),
            Self::Switch => match value.to_ascii_lowercase().as_str() {
                "1" | "true" => Some("1".into()),
                "0" | "false" => Some("0".into()),
                _ => None,
            },
            Self::Balance => match value.to_ascii_lowercase().as_str() {
                "random" | "true" => Some("random".into()),
                "disable" | "false" => Some("disable".into()),
                _ => None,
            },
            Self::Seconds => {
                let seconds = match family {
                    Family::R2dbc => duration(value)?,
                    // Up to the next whole second.
                    Family::Object => value.parse::<i64>().ok()?.saturating_add(999) / 1000,
                    _ => value.parse().ok()?,
                };
                // Nothing and less is no limit.
                Some(seconds.max(0).to_string())
            }
            Self::Session => match family {
                Family::Pgjdbc | Family::R2dbc => SESSIONS
                    .iter()
                    .find(|(java, _)| java.eq_ignore_ascii_case(value))
                    .map(|(_, libpq)| (*libpq).into()),
                _ => Some(value.to_ascii_lowercase()),
            },
        }
    }

    /// The value in the words of `family`; `None` where it has none.
    pub(crate) fn write(self, family: Family, value: &str) -> Option<String> {
        let libpqs =
            family.has_all_of_libpq() || matches!(family, Family::Env | Family::Go | Family::Odbc);
        match self {
            Self::Switch if !libpqs => Some(if value == "1" { "true" } else { "false" }.into()),
            Self::Balance if !libpqs => {
                Some(if value == "random" { "true" } else { "false" }.into())
            }
            Self::Seconds => match family {
                Family::R2dbc => Some(format!("PT{value}S")),
                Family::Object => Some(format!("{value}000")),
                _ => Some(value.into()),
            },
            Self::Session => match family {
                Family::Pgjdbc | Family::R2dbc => SESSIONS
                    .iter()
                    .find(|(_, libpq)| *libpq == value)
                    .map(|(java, _)| (*java).into()),
                Family::Npgsql => Some(value.into()),
                _ => (value != "prefer-primary").then(|| value.into()),
            },
            _ => Some(value.into()),
        }
    }
}

/// `PT30S`, `PT1M30S`, `PT1H` in whole seconds (java.time.Duration).
fn duration(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    let mut rest = upper.strip_prefix("PT")?;
    let mut seconds = 0_i64;
    while !rest.is_empty() {
        let len = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest.get(..len)?.parse().ok()?;
        let unit = match rest.get(len..=len)? {
            "H" => 3600,
            "M" => 60,
            "S" => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = rest.get(len + 1..)?;
    }
    Some(seconds)
}

/// All settings. What libpq alone knows has a row too, for the dialects that hand it to libpq.
const ROWS: &[Row] = {
    use Family::{Django, Go, Node, Npgsql, Object, Odbc, Pgjdbc, Prisma, R2dbc, Rails};
    &[
        Row::new("host", Kind::Text)
            .at(Npgsql, &["Host"])
            .at(Odbc, &["Server"])
            .at(Object, &["host"])
            .at(Django, &["HOST"])
            .at(Go, &["host"])
            .at(Prisma, &["host"]),
        Row::new("port", Kind::Text)
            .at(Npgsql, &["Port"])
            .at(Odbc, &["Port"])
            .at(Object, &["port"])
            .at(Django, &["PORT"])
            .at(Go, &["port"]),
        Row::new("dbname", Kind::Text)
            .at(Npgsql, &["Database"])
            .at(Odbc, &["Database"])
            .at(Object, &["database"])
            .at(Django, &["NAME"])
            .at(Rails, &["database"])
            .at(Go, &["dbname"]),
        Row::new("user", Kind::Text)
            .at(Npgsql, &["Username"])
            .at(Pgjdbc, &["user"])
            .at(Odbc, &["Uid"])
            .at(Object, &["user"])
            .at(Django, &["USER"])
            .at(Rails, &["username"])
            .at(Go, &["user"]),
        Row::new("password", Kind::Text)
            .at(Npgsql, &["Password"])
            .at(Pgjdbc, &["password"])
            .at(Odbc, &["Pwd"])
            .at(Object, &["password"])
            .at(Django, &["PASSWORD"])
            .at(Go, &["password"]),
        Row::new("sslmode", Kind::Text)
            .at(Npgsql, &["SSL Mode"])
            .both_java(&["sslmode"], &["sslMode", "sslmode"])
            .at(Node, &["sslmode"])
            .at(Prisma, &["sslmode"])
            .at(Odbc, &["SSLmode"])
            .at(Go, &["sslmode"]),
        Row::new("sslrootcert", Kind::Text)
            .at(Npgsql, &["Root Certificate"])
            .both_java(&["sslrootcert"], &["sslRootCert"])
            .at(Node, &["sslrootcert"])
            .at(Prisma, &["sslcert"])
            .at(Go, &["sslrootcert"]),
        Row::new("connect_timeout", Kind::Seconds)
            .at(Npgsql, &["Timeout"])
            .both_java(&["connectTimeout"], &["connectTimeout"])
            .at(Object, &["connectionTimeoutMillis"])
            .at(Prisma, &["connect_timeout"])
            .at(Go, &["connect_timeout"]),
        Row::new("application_name", Kind::Text)
            .at(Npgsql, &["Application Name"])
            .both_java(&["ApplicationName"], &["applicationName"])
            .at(Node, &["application_name"])
            .at(Object, &["application_name"])
            .at(Prisma, &["application_name"])
            .at(Go, &["application_name"]),
        Row::new("options", Kind::Text)
            .at(Npgsql, &["Options"])
            .at(Pgjdbc, &["options"])
            .at(Node, &["options"])
            .at(Object, &["options"])
            .at(Prisma, &["options"])
            .at(Go, &["options"]),
        Row::other("search_path", Kind::Text)
            .server_setting()
            .at(Npgsql, &["Search Path"])
            .both_java(&["currentSchema"], &["schema", "currentSchema"])
            .at(Prisma, &["schema"])
            .at(Rails, &["schema_search_path"])
            .at(Go, &["search_path"]),
        Row::other("TimeZone", Kind::Text)
            .server_setting()
            .at(Npgsql, &["Timezone"])
            .at(R2dbc, &["timeZone"])
            .at(Go, &["TimeZone", "timezone"]),
        Row::new("client_encoding", Kind::Text)
            .at(Npgsql, &["Client Encoding"])
            .at(Node, &["client_encoding"])
            .at(Object, &["client_encoding"])
            .at(Go, &["client_encoding"]),
        Row::new("target_session_attrs", Kind::Session)
            .at(Npgsql, &["Target Session Attributes"])
            .both_java(&["targetServerType"], &["targetServerType"])
            .at(Go, &["target_session_attrs"]),
        Row::new("load_balance_hosts", Kind::Balance)
            .at(Npgsql, &["Load Balance Hosts"])
            .both_java(&["loadBalanceHosts"], &["loadBalanceHosts"]),
        Row::new("channel_binding", Kind::Word)
            .at(Npgsql, &["Channel Binding"])
            .both_java(&["channelBinding"], &["channelBinding", "channel_binding"])
            .at(Prisma, &["channel_binding"])
            .at(Go, &["channel_binding"]),
        Row::new("require_auth", Kind::Text)
            .at(Npgsql, &["Require Auth"])
            .at(Pgjdbc, &["requireAuth"]),
        Row::new("sslnegotiation", Kind::Word)
            .at(Npgsql, &["SSL Negotiation"])
            .both_java(&["sslNegotiation"], &["sslNegotiation"])
            .at(Node, &["sslnegotiation"])
            .at(Go, &["sslnegotiation"]),
        Row::new("sslcert", Kind::Text)
            .at(Npgsql, &["SSL Certificate"])
            .both_java(&["sslcert"], &["sslCert"])
            .at(Node, &["sslcert"])
            .at(Go, &["sslcert"]),
        Row::new("sslkey", Kind::Text)
            .at(Npgsql, &["SSL Key"])
            .both_java(&["sslkey"], &["sslKey"])
            .at(Node, &["sslkey"])
            .at(Go, &["sslkey"]),
        Row::new("sslpassword", Kind::Text)
            .at(Npgsql, &["SSL Password"])
            .both_java(&["sslpassword"], &["sslPassword"])
            .at(Prisma, &["sslpassword"])
            .at(Go, &["sslpassword"]),
        Row::new("sslsni", Kind::Switch)
            .at(R2dbc, &["sslSni"])
            .at(Go, &["sslsni"]),
        Row::new("gssencmode", Kind::Word)
            .at(Npgsql, &["GSS Encryption Mode"])
            .at(Pgjdbc, &["gssEncMode"]),
        Row::new("krbsrvname", Kind::Text)
            .at(Npgsql, &["Kerberos Service Name", "Krbsrvname"])
            .at(Pgjdbc, &["kerberosServerName"])
            .at(Go, &["krbsrvname"]),
        Row::new("keepalives", Kind::Switch)
            .at(Npgsql, &["TCP Keepalive"])
            .both_java(&["tcpKeepAlive"], &["tcpKeepAlive"])
            .at(Object, &["keepAlive"]),
        Row::new("keepalives_idle", Kind::Seconds)
            .at(Npgsql, &["TCP Keepalive Time"])
            .at(Odbc, &["KeepaliveTime"]),
        Row::new("keepalives_interval", Kind::Seconds)
            .at(Npgsql, &["TCP Keepalive Interval"])
            .at(Odbc, &["KeepaliveInterval"]),
        Row::new("passfile", Kind::Text)
            .at(Npgsql, &["Passfile"])
            .at(Go, &["passfile"]),
        Row::new("service", Kind::Text)
            .at(Pgjdbc, &["service"])
            .at(Go, &["service"]),
        Row::other("maximum pool size", Kind::Text)
            .at(Npgsql, &["Maximum Pool Size", "Max Pool Size"])
            .at(R2dbc, &["maxSize"])
            .at(Object, &["max"])
            .at(Prisma, &["connection_limit"])
            .at(Rails, &["pool"])
            .at(Go, &["pool_max_conns"]),
        Row::other("minimum pool size", Kind::Text)
            .at(Npgsql, &["Minimum Pool Size", "Min Pool Size"])
            .at(R2dbc, &["initialSize"])
            .at(Object, &["min"])
            .at(Go, &["pool_min_conns"]),
        Row::new("min_protocol_version", Kind::Text).at(Go, &["min_protocol_version"]),
        Row::new("max_protocol_version", Kind::Text).at(Go, &["max_protocol_version"]),
        Row::new("hostaddr", Kind::Text),
        Row::new("fallback_application_name", Kind::Text),
        Row::new("gssdelegation", Kind::Text),
        Row::new("gsslib", Kind::Text),
        Row::new("keepalives_count", Kind::Text),
        Row::new("oauth_client_id", Kind::Text),
        Row::new("oauth_client_secret", Kind::Text),
        Row::new("oauth_issuer", Kind::Text),
        Row::new("oauth_scope", Kind::Text),
        Row::new("replication", Kind::Text),
        Row::new("requirepeer", Kind::Text),
        Row::new("scram_client_key", Kind::Text),
        Row::new("scram_server_key", Kind::Text),
        Row::new("ssl_max_protocol_version", Kind::Text),
        Row::new("ssl_min_protocol_version", Kind::Text),
        Row::new("sslcertmode", Kind::Text),
        Row::new("sslcompression", Kind::Text),
        Row::new("sslcrl", Kind::Text),
        Row::new("sslcrldir", Kind::Text),
        Row::new("sslkeylogfile", Kind::Text),
        Row::new("tcp_user_timeout", Kind::Text),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::keywords::{self, LIBPQ};
    use std::vec::Vec;

    #[test]
    fn every_keyword_of_libpq_has_a_row() {
        let missing: Vec<_> = LIBPQ
            .iter()
            .map(|k| k.name)
            // The ancestor of sslmode.
            .filter(|name| *name != "requiressl" && Row::named(name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        for row in ROWS.iter().filter(|row| row.libpq) {
            assert!(keywords::libpq(row.name).is_some(), "{}", row.name);
        }
    }

    #[test]
    fn the_spellings_are_those_that_the_drivers_know() {
        for row in ROWS {
            for name in row.names(Family::Npgsql) {
                assert!(keywords::npgsql(name).is_some(), "{name}");
            }
            for name in row.names(Family::Pgjdbc) {
                assert!(keywords::pgjdbc(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn a_spelling_leads_back_to_its_row() {
        for row in ROWS {
            for (family, names) in row.own {
                for name in names {
                    assert_eq!(
                        Row::find(family, name).map(|found| found.name),
                        Some(row.name),
                        "{family:?} {name}"
                    );
                }
            }
        }
        assert_eq!(
            Row::find(Family::Npgsql, "applicationname").map(|r| r.name),
            Some("application_name")
        );
        assert_eq!(
            Row::find(Family::Env, "PGAPPNAME").map(|r| r.name),
            Some("application_name")
        );
    }

    #[test]
    fn units_and_words_are_translated() {
        let through = |kind: Kind, from, value: &str, to| {
            kind.read(from, value).and_then(|v| kind.write(to, &v))
        };
        let some = |text: &str| Some(text.to_string());
        for (kind, from, value, to, expected) in [
            (
                Kind::Seconds,
                Family::Libpq,
                "10",
                Family::R2dbc,
                some("PT10S"),
            ),
            (
                Kind::Seconds,
                Family::Libpq,
                " 10 ",
                Family::Object,
                some("10000"),
            ),
            (
                Kind::Seconds,
                Family::Object,
                "1500",
                Family::Libpq,
                some("2"),
            ),
            (
                Kind::Seconds,
                Family::R2dbc,
                "PT1M30S",
                Family::Npgsql,
                some("90"),
            ),
            (
                Kind::Seconds,
                Family::Libpq,
                "-1",
                Family::Npgsql,
                some("0"),
            ),
            (Kind::Seconds, Family::Libpq, "1s", Family::Npgsql, None),
            (
                Kind::Switch,
                Family::Libpq,
                "1",
                Family::Npgsql,
                some("true"),
            ),
            (
                Kind::Switch,
                Family::Npgsql,
                "False",
                Family::Libpq,
                some("0"),
            ),
            (
                Kind::Balance,
                Family::Pgjdbc,
                "true",
                Family::Libpq,
                some("random"),
            ),
            (
                Kind::Session,
                Family::Libpq,
                "read-write",
                Family::Pgjdbc,
                some("primary"),
            ),
            (
                Kind::Session,
                Family::Pgjdbc,
                "preferSecondary",
                Family::Npgsql,
                some("prefer-standby"),
            ),
            (
                Kind::Session,
                Family::Npgsql,
                "prefer-primary",
                Family::Libpq,
                None,
            ),
            (
                Kind::Word,
                Family::Npgsql,
                "Require",
                Family::Libpq,
                some("require"),
            ),
        ] {
            assert_eq!(through(kind, from, value, to), expected, "{kind:?} {value}");
        }
    }
}
