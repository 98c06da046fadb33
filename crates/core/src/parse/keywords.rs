//! The keywords that each driver knows.

use crate::model::Param;
use alloc::string::String;

/// A keyword and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    /// The spelling of the documentation.
    pub name: &'static str,
    /// Its meaning.
    pub param: Param,
}

const fn k(name: &'static str, param: Param) -> Keyword {
    Keyword { name, param }
}

/// libpq 18's keywords (`PQconndefaults`). All lower case; the spelling must be exact.
pub const LIBPQ: &[Keyword] = &[
    k("host", Param::Host),
    k("hostaddr", Param::HostAddr),
    k("port", Param::Port),
    k("dbname", Param::Database),
    k("user", Param::User),
    k("password", Param::Password),
    k("sslmode", Param::SslMode),
    k("requiressl", Param::Known),
    k("sslrootcert", Param::SslRootCert),
    k("sslpassword", Param::OtherSecret),
    k("oauth_client_secret", Param::OtherSecret),
    k("scram_client_key", Param::OtherSecret),
    k("scram_server_key", Param::OtherSecret),
    k("application_name", Param::Known),
    k("channel_binding", Param::Known),
    k("client_encoding", Param::Known),
    k("connect_timeout", Param::Known),
    k("fallback_application_name", Param::Known),
    k("gssdelegation", Param::Known),
    k("gssencmode", Param::Known),
    k("gsslib", Param::Known),
    k("keepalives", Param::Known),
    k("keepalives_count", Param::Known),
    k("keepalives_idle", Param::Known),
    k("keepalives_interval", Param::Known),
    k("krbsrvname", Param::Known),
    k("load_balance_hosts", Param::Known),
    k("max_protocol_version", Param::Known),
    k("min_protocol_version", Param::Known),
    k("oauth_client_id", Param::Known),
    k("oauth_issuer", Param::Known),
    k("oauth_scope", Param::Known),
    k("options", Param::Known),
    k("passfile", Param::Known),
    k("replication", Param::Known),
    k("require_auth", Param::Known),
    k("requirepeer", Param::Known),
    k("service", Param::Known),
    k("ssl_max_protocol_version", Param::Known),
    k("ssl_min_protocol_version", Param::Known),
    k("sslcert", Param::Known),
    k("sslcertmode", Param::Known),
    k("sslcompression", Param::Known),
    k("sslcrl", Param::Known),
    k("sslcrldir", Param::Known),
    k("sslkey", Param::Known),
    k("sslkeylogfile", Param::Known),
    k("sslnegotiation", Param::Known),
    k("sslsni", Param::Known),
    k("target_session_attrs", Param::Known),
    k("tcp_user_timeout", Param::Known),
];

/// libpq's environment variables and the keyword that each stands for (`PQconninfoOptions`, libpq 18).
pub const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGSERVICE", "service"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGCLIENTENCODING", "client_encoding"),
    ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLCRLDIR", "sslcrldir"),
    ("PGSSLSNI", "sslsni"),
    ("PGSSLCOMPRESSION", "sslcompression"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGGSSDELEGATION", "gssdelegation"),
    ("PGGSSLIB", "gsslib"),
    ("PGKRBSRVNAME", "krbsrvname"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ("PGMINPROTOCOLVERSION", "min_protocol_version"),
    ("PGMAXPROTOCOLVERSION", "max_protocol_version"),
];

/// The keyword that one of libpq's environment variables stands for.
#[must_use]
pub fn of_variable(name: &str) -> Option<&'static Keyword> {
    VARIABLES
        .iter()
        .find(|(variable, _)| *variable == name)
        .and_then(|(_, keyword)| libpq(keyword))
}

/// Npgsql's keywords with their synonyms (`NpgsqlConnectionStringBuilder`, 6 to 10). Case and blanks inside do not
/// matter.
pub const NPGSQL: &[Keyword] = &[
    k("Host", Param::Host),
    k("Server", Param::Host),
    k("Port", Param::Port),
    k("Database", Param::Database),
    k("DB", Param::Database),
    k("Username", Param::User),
    k("User Name", Param::User),
    k("User Id", Param::User),
    k("UID", Param::User),
    k("Password", Param::Password),
    k("PSW", Param::Password),
    k("PWD", Param::Password),
    k("SSL Mode", Param::SslMode),
    k("Trust Server Certificate", Param::TrustServerCertificate),
    k("Root Certificate", Param::SslRootCert),
    k("SSL Password", Param::OtherSecret),
    k("Passfile", Param::Known),
    k("SSL Negotiation", Param::Known),
    k("SSL Certificate", Param::Known),
    k("SSL Key", Param::Known),
    k("Check Certificate Revocation", Param::Known),
    k("Channel Binding", Param::Known),
    k("Require Auth", Param::Known),
    k("GSS Encryption Mode", Param::Known),
    k("Kerberos Service Name", Param::Known),
    k("Krbsrvname", Param::Known),
    k("Include Realm", Param::Known),
    k("Application Name", Param::Known),
    k("Search Path", Param::Known),
    k("Client Encoding", Param::Known),
    k("Encoding", Param::Known),
    k("Timezone", Param::Known),
    k("Options", Param::Known),
    k("Timeout", Param::Known),
    k("Command Timeout", Param::Known),
    k("Internal Command Timeout", Param::Known),
    k("Cancellation Timeout", Param::Known),
    k("Keepalive", Param::Known),
    k("TCP Keepalive", Param::Known),
    k("TCP Keepalive Time", Param::Known),
    k("TCP Keepalive Interval", Param::Known),
    k("Target Session Attributes", Param::Known),
    k("Load Balance Hosts", Param::Known),
    k("Host Recheck Seconds", Param::Known),
    k("Pooling", Param::Known),
    k("Minimum Pool Size", Param::Known),
    k("Min Pool Size", Param::Known),
    k("Maximum Pool Size", Param::Known),
    k("Max Pool Size", Param::Known),
    k("Connection Idle Lifetime", Param::Known),
    k("Connection Pruning Interval", Param::Known),
    k("Connection Lifetime", Param::Known),
    k("Load Balance Timeout", Param::Known),
    k("Max Auto Prepare", Param::Known),
    k("Auto Prepare Min Usages", Param::Known),
    k("No Reset On Close", Param::Known),
    k("Enlist", Param::Known),
    k("Persist Security Info", Param::Known),
    k("Log Parameters", Param::Known),
    k("Include Error Detail", Param::Known),
    k("Include Failed Batched Command", Param::Known),
    k("Read Buffer Size", Param::Known),
    k("Write Buffer Size", Param::Known),
    k("Socket Receive Buffer Size", Param::Known),
    k("Socket Send Buffer Size", Param::Known),
    k("Replication Mode", Param::Known),
    k("Array Nullability Mode", Param::Known),
    k("Load Table Composites", Param::Known),
    k("Server Compatibility Mode", Param::Known),
    k("Multiplexing", Param::Known),
    k("Write Coalescing Buffer Threshold Bytes", Param::Known),
];

/// pgJDBC's properties (`PGProperty`, 42.7). The spelling must be exact; unknown ones are ignored without a word.
pub const PGJDBC: &[Keyword] = &[
    k("user", Param::User),
    k("password", Param::Password),
    k("PGHOST", Param::Host),
    k("host", Param::Host),
    k("PGPORT", Param::Port),
    k("port", Param::Port),
    k("PGDBNAME", Param::Database),
    k("dbname", Param::Database),
    k("sslmode", Param::SslMode),
    k("ssl", Param::Ssl),
    k("sslrootcert", Param::SslRootCert),
    k("sslfactory", Param::SslFactory),
    k("sslpassword", Param::OtherSecret),
    k("sslcert", Param::Known),
    k("sslkey", Param::Known),
    k("sslfactoryarg", Param::Known),
    k("sslhostnameverifier", Param::Known),
    k("sslpasswordcallback", Param::Known),
    k("sslNegotiation", Param::Known),
    k("sslResponseTimeout", Param::Known),
    k("channelBinding", Param::Known),
    k("pemKeyAlgorithm", Param::Known),
    k("service", Param::Known),
    k("ApplicationName", Param::Known),
    k("options", Param::Known),
    k("currentSchema", Param::Known),
    k("readOnly", Param::Known),
    k("readOnlyMode", Param::Known),
    k("autosave", Param::Known),
    k("stringtype", Param::Known),
    k("preferQueryMode", Param::Known),
    k("prepareThreshold", Param::Known),
    k("preparedStatementCacheQueries", Param::Known),
    k("preparedStatementCacheSizeMiB", Param::Known),
    k("databaseMetadataCacheFields", Param::Known),
    k("databaseMetadataCacheFieldsMiB", Param::Known),
    k("defaultRowFetchSize", Param::Known),
    k("reWriteBatchedInserts", Param::Known),
    k("assumeMinServerVersion", Param::Known),
    k("replication", Param::Known),
    k("binaryTransfer", Param::Known),
    k("binaryTransferEnable", Param::Known),
    k("binaryTransferDisable", Param::Known),
    k("connectTimeout", Param::Known),
    k("loginTimeout", Param::Known),
    k("socketTimeout", Param::Known),
    k("cancelSignalTimeout", Param::Known),
    k("queryTimeout", Param::Known),
    k("gssResponseTimeout", Param::Known),
    k("authenticationPluginClassName", Param::Known),
    k("requireAuth", Param::Known),
    k("scramMaxIterations", Param::Known),
    k("gssEncMode", Param::Known),
    k("gsslib", Param::Known),
    k("jaasApplicationName", Param::Known),
    k("jaasLogin", Param::Known),
    k("kerberosServerName", Param::Known),
    k("useSpnego", Param::Known),
    k("sspiServiceClass", Param::Known),
    k("targetServerType", Param::Known),
    k("loadBalanceHosts", Param::Known),
    k("hostRecheckSeconds", Param::Known),
    k("tcpKeepAlive", Param::Known),
    k("tcpNoDelay", Param::Known),
    k("receiveBufferSize", Param::Known),
    k("sendBufferSize", Param::Known),
    k("maxSendBufferSize", Param::Known),
    k("maxResultBuffer", Param::Known),
    k("adaptiveFetch", Param::Known),
    k("adaptiveFetchMinimum", Param::Known),
    k("adaptiveFetchMaximum", Param::Known),
    k("socketFactory", Param::Known),
    k("socketFactoryArg", Param::Known),
    k("localSocketAddress", Param::Known),
    k("allowEncodingChanges", Param::Known),
    k("cleanupSavepoints", Param::Known),
    k("disableColumnSanitiser", Param::Known),
    k("escapeSyntaxCallMode", Param::Known),
    k("groupStartupParameters", Param::Known),
    k("hideUnprivilegedObjects", Param::Known),
    k("localSocketAddress", Param::Known),
    k("loggerFile", Param::Known),
    k("loggerLevel", Param::Known),
    k("logServerErrorDetail", Param::Known),
    k("logUnclosedConnections", Param::Known),
    k("quoteReturningIdentifiers", Param::Known),
    k("unknownLength", Param::Known),
    k("xmlFactoryFactory", Param::Known),
    k("convertBooleanToNumeric", Param::Known),
];

/// Keywords of other databases' drivers that people carry over; no PostgreSQL driver knows them.
pub const FOREIGN: &[&str] = &[
    "Data Source",
    "Initial Catalog",
    "User",
    "Integrated Security",
    "Trusted_Connection",
    "MultipleActiveResultSets",
    "Encrypt",
    "SSL",
    "Connection Timeout",
    "Connect Timeout",
    "Provider",
    "Driver",
    "Allow User Variables",
    "Convert Zero Datetime",
    "CharSet",
    "SslCa",
    "SSL Key",
    "Use SSL Stream",
    "Client Certificate",
    "Client Certificate Key",
    "schema",
    "connection_limit",
    "pool_timeout",
    "pgbouncer",
    "sslaccept",
    "sslidentity",
    "uselibpqcompat",
    "serverVersion",
    "TimeZone",
    "search_path",
    "statement_timeout",
    "pool_max_conns",
    "database",
    "username",
    "useSSL",
    "requireSSL",
    "verifyServerCertificate",
];

/// Settings of the server that people put into connection strings: drivers that hand unknown keywords to the server set them,
/// the others take them in `options` only.
pub const SERVER_SETTINGS: &[&str] = &[
    "search_path",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "application_name",
    "client_encoding",
    "client_min_messages",
    "standard_conforming_strings",
    "extra_float_digits",
    "bytea_output",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "default_transaction_deferrable",
    "default_tablespace",
    "default_text_search_config",
    "synchronous_commit",
    "role",
    "row_security",
    "work_mem",
    "maintenance_work_mem",
    "temp_buffers",
    "jit",
    "geqo",
    "tcp_user_timeout",
    "tcp_keepalives_idle",
    "tcp_keepalives_interval",
    "tcp_keepalives_count",
];

/// The server's setting of that name, in any case.
#[must_use]
pub fn server_setting(name: &str) -> Option<&'static str> {
    SERVER_SETTINGS
        .iter()
        .copied()
        .find(|known| known.eq_ignore_ascii_case(name))
}

/// A number that is the same for all names that are [`same`], as long as they are ASCII: FNV-1a.
const fn hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    #[allow(clippy::indexing_slicing, reason = "below the length")]
    while at < bytes.len() {
        let byte = bytes[at];
        if !matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r') {
            hash = (hash ^ byte.to_ascii_lowercase() as u32).wrapping_mul(0x0100_0193);
        }
        at += 1;
    }
    (hash ^ (hash >> 16)) as usize
}

/// All names that are known in any case: those of [`NPGSQL`] first.
const NAMES: usize = NPGSQL.len() + LIBPQ.len() + PGJDBC.len() + FOREIGN.len();

/// The name with that number.
const fn known_name(number: usize) -> &'static str {
    let tables = [NPGSQL, LIBPQ, PGJDBC];
    let (mut table, mut at) = (0, number);
    #[allow(clippy::indexing_slicing, reason = "a number of a name")]
    while table < tables.len() {
        if at < tables[table].len() {
            return tables[table][at].name;
        }
        at -= tables[table].len();
        table += 1;
    }
    #[allow(clippy::indexing_slicing, reason = "a number of a name")]
    FOREIGN[at]
}

/// How many places [`PLACES`] has: so many that few names share one.
const SLOTS: usize = 1024;

/// One more than the number of the name at each place, 0 where there is none: each stands at its hash or, where others do,
/// behind them.
static PLACES: [u16; SLOTS] = {
    let mut out = [0; SLOTS];
    let mut number = 0;
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while number < NAMES {
        let mut place = hash(known_name(number)) % SLOTS;
        while out[place] != 0 {
            place = (place + 1) % SLOTS;
        }
        number += 1;
        out[place] = number as u16;
    }
    out
};

/// The numbers of the known names that may be the same as `name`.
fn numbers(name: &str) -> impl Iterator<Item = usize> {
    // Beyond ASCII there are more blanks than are hashed.
    let ascii = name.is_ascii();
    let first = if ascii { hash(name) } else { 0 };
    let places = (first..).map(|place| PLACES.get(place % SLOTS).copied().unwrap_or(0));
    let hashed = places
        .take_while(|number| *number != 0)
        .map(|number| usize::from(number) - 1)
        .filter(move |_| ascii);
    let all = (0..NAMES).filter(move |_| !ascii);
    hashed.chain(all)
}

/// Whether any driver, of PostgreSQL or not, knows a keyword of that name, in any case.
#[must_use]
pub fn known_anywhere(name: &str) -> bool {
    numbers(name).any(|number| same(known_name(number), name))
}

/// The libpq keyword with exactly that spelling.
#[must_use]
pub fn libpq(name: &str) -> Option<&'static Keyword> {
    let mut own = numbers(name).filter_map(|number| LIBPQ.get(number.checked_sub(NPGSQL.len())?));
    own.find(|keyword| keyword.name == name)
}

/// The major version of libpq that brought a keyword; 0 for those that every version has which connlint speaks of.
#[must_use]
pub fn libpq_since(name: &str) -> u16 {
    match name {
        "load_balance_hosts" | "require_auth" | "sslcertmode" => 16,
        "gssdelegation" | "sslnegotiation" => 17,
        "max_protocol_version"
        | "min_protocol_version"
        | "oauth_client_id"
        | "oauth_client_secret"
        | "oauth_issuer"
        | "oauth_scope"
        | "scram_client_key"
        | "scram_server_key"
        | "sslkeylogfile" => 18,
        _ => 0,
    }
}

/// The Npgsql keyword: case does not matter, nor do blanks (`SslMode` is `SSL Mode`).
#[must_use]
pub fn npgsql(name: &str) -> Option<&'static Keyword> {
    let mut own = numbers(name).filter_map(|number| NPGSQL.get(number));
    own.find(|keyword| same(keyword.name, name))
}

/// The pgJDBC property with exactly that spelling.
#[must_use]
pub fn pgjdbc(name: &str) -> Option<&'static Keyword> {
    PGJDBC.iter().find(|k| k.name == name)
}

/// What a keyword means, and, for one that is unknown, whether its name says that it holds a secret.
#[must_use]
pub fn meaning(known: Option<&'static Keyword>, name: &str) -> Param {
    match known {
        Some(keyword) => keyword.param,
        None if sounds_secret(name) => Param::OtherSecret,
        None => Param::Unknown,
    }
}

/// Whether a keyword's name sounds like that of a secret, whatever driver it was meant for.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    if name.bytes().all(|b| b.is_ascii_graphic()) {
        return in_letters(name.as_bytes());
    }
    in_letters(squeeze(name).as_bytes())
}

/// As [`sounds_secret`], in one pass: it is asked of every name of every text.
fn in_letters(name: &[u8]) -> bool {
    let mut sounds = false;
    for (at, byte) in name.iter().enumerate() {
        let words: &[&str] = match byte.to_ascii_lowercase() {
            b'p' => &["pass", "pwd", "psw"],
            b's' => &["secret"],
            b't' => &["token"],
            b'a' => &["apikey", "accesskey"],
            _ => continue,
        };
        let stands_here = |word: &str| {
            let here = name.get(at..at + word.len());
            here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
        };
        if stands_here("passfile") {
            return false;
        }
        sounds = sounds || words.iter().copied().any(stands_here);
    }
    sounds
}

/// Whether two names are the same but for case and blanks.
fn same(a: &str, b: &str) -> bool {
    // Most are written as they are known.
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_lowercase())
    }
    letters(a).eq(letters(b))
}

fn squeeze(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_known_in_any_case_and_with_blanks() {
        let tables = [LIBPQ, NPGSQL, PGJDBC];
        let names = tables.iter().flat_map(|table| table.iter().map(|k| k.name));
        for name in names.chain(FOREIGN.iter().copied()) {
            assert!(known_anywhere(name), "{name}");
            assert!(known_anywhere(&name.to_uppercase()), "{name}");
            assert!(known_anywhere(&std::format!(" {name}\t")), "{name}");
            assert!(!known_anywhere(&std::format!("{name}qqq")), "{name}");
        }
        assert!(!known_anywhere("") && !known_anywhere("zebra"));
    }

    #[test]
    fn npgsql_forgives_case_and_blanks_and_libpq_does_not() {
        assert_eq!(npgsql("sslmode").map(|k| k.param), Some(Param::SslMode));
        assert_eq!(npgsql("USERID").map(|k| k.param), Some(Param::User));
        assert!(npgsql("Data Source").is_none());
        assert!(libpq("sslMode").is_none());
        assert!(pgjdbc("SSLMode").is_none());
    }

    #[test]
    fn unknown_keywords_that_sound_secret_are_kept_secret() {
        assert_eq!(meaning(None, "Pass Word"), Param::OtherSecret);
        assert_eq!(meaning(None, "sslca"), Param::Unknown);
    }
}
