//! User and password that stand beside a URL in the same paste: `spring.datasource.username` next to
//! `spring.datasource.url`, the arguments behind it, the setters of the object that it is given to.

use super::Candidate;
use super::blocks::is_foreign;
use super::parents::Parents;
use crate::layer::Excerpt;
use crate::model::{Dialect, Grammar, Param};
use crate::parse::entries::{self, Entry};
use crate::text::{Span, first, last, rest, slice};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The users and passwords of a paste that stand outside its strings.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// By what stands before the telling word, and by what both stand below.
    named: Kept<(String, usize)>,
    /// By the object that is told.
    told: Kept<String>,
    parents: Option<Parents>,
    /// Whether the paste has one string that they can belong to.
    single: bool,
}

/// Users and passwords by what tells whose they are; `None` where there are several, and nothing says which is meant.
#[derive(Debug)]
struct Kept<K> {
    users: BTreeMap<K, Option<Entry>>,
    passwords: BTreeMap<K, Option<Entry>>,
}

impl<K> Default for Kept<K> {
    fn default() -> Self {
        Self {
            users: BTreeMap::new(),
            passwords: BTreeMap::new(),
        }
    }
}

impl<K: Ord> Kept<K> {
    /// Keeps a user or a password under `key`.
    fn keep(&mut self, key: K, entry: Entry) {
        let map = if entry.param == Param::User {
            &mut self.users
        } else {
            &mut self.passwords
        };
        map.entry(key)
            .and_modify(|several| *several = None)
            .or_insert(Some(entry));
    }
}

/// User and password that belong to one string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The user.
    pub(crate) user: Option<Entry>,
    /// The password.
    pub(crate) password: Option<Entry>,
}

impl Credentials {
    /// Whether there is neither.
    pub(crate) fn is_empty(&self) -> bool {
        self.user.is_none() && self.password.is_none()
    }
}

impl Beside {
    /// Looks through `paste`, outside the strings that were found in it: once for all of them.
    pub(crate) fn of(paste: &str, found: &[Candidate]) -> Self {
        let mut out = Self::default();
        let mut keeping = found.iter().filter(|c| keeps_user_beside(c.dialect));
        if keeping.next().is_none() {
            return out;
        }
        out.single = keeping.next().is_none();
        let outside = |part: Span| {
            let next = found.partition_point(|c| c.excerpt.span.end <= part.start);
            let inside = |c: &Candidate| c.excerpt.span.overlaps(part);
            !found.get(next).is_some_and(inside)
        };
        let parents = Parents::of(paste);
        let wanted = |entry: &Entry| {
            matches!(entry.param, Param::User | Param::Password)
                && outside(entry.key)
                && outside(entry.value)
        };
        for entry in entries::find(paste).into_iter().filter(wanted) {
            let is_pair = entry.start < entry.key.start;
            let key = (entry.prefix.clone(), node(&parents, entry.start, is_pair));
            out.named.keep(key, entry);
        }
        for entry in entries::told(paste).into_iter().filter(wanted) {
            if !is_foreign(&entry.prefix) {
                out.told.keep(entry.prefix.clone(), entry);
            }
        }
        out.parents = Some(parents);
        out
    }

    /// The user and the password that stand beside a URL of a dialect that leaves them to others.
    pub(crate) fn of_string(
        &self,
        paste: &str,
        excerpt: &Excerpt,
        dialect: Dialect,
    ) -> Credentials {
        if !keeps_user_beside(dialect) {
            return Credentials::default();
        }
        let before = slice(paste, Span::new(0, excerpt.span.start));
        let named = Name::before(before);
        let arguments = named.as_ref().and_then(|name| {
            let calls = OPENERS.iter().any(|opener| name.text.ends_with(opener));
            calls.then(|| entries::arguments(paste, excerpt.span.end))
        });
        if let Some([user, password]) = arguments
            && user.is_some()
        {
            return Credentials { user, password };
        }
        let prefix = named.as_ref().and_then(Name::prefix);
        // Among the arguments of a call stands what is given with the URL, before it the rest of the program.
        let at = named.as_ref().filter(|name| !name.is_call);
        let at = at.map_or(excerpt.span.start, |name| name.at);
        let is_pair = named.as_ref().is_some_and(|name| name.is_pair);
        let node = self.parents.as_ref().map_or(0, |p| node(p, at, is_pair));
        let by_name = prefix
            .iter()
            .flat_map(|prefix| also(prefix))
            .find_map(|prefix| {
                let key = (prefix, node);
                let [user, password] = [&self.named.users, &self.named.passwords]
                    .map(|map| map.get(&key).cloned().flatten());
                let found = Credentials { user, password };
                (!found.is_empty()).then_some(found)
            });
        let told = |map: &BTreeMap<String, Option<Entry>>| {
            let object = named.as_ref().and_then(Name::object);
            let own = object.and_then(|object| map.get(&object));
            let only = map
                .values()
                .next()
                .filter(|_| self.single && map.len() == 1);
            own.or(only).cloned().flatten()
        };
        by_name.unwrap_or_else(|| Credentials {
            user: told(&self.told.users),
            password: told(&self.told.passwords),
        })
    }
}

/// Java's tools and PHP's keep user and password beside the URL.
fn keeps_user_beside(dialect: Dialect) -> bool {
    matches!(dialect.grammar(), Grammar::Jdbc | Grammar::Pdo) || dialect == Dialect::R2dbcUrl
}

/// Calls that take the user and the password behind the URL: those of `java.sql.DriverManager`, Groovy's `Sql`, Jdbi, sql2o
/// and PHP's PDO.
const OPENERS: [&str; 5] = [
    "getconnection",
    "sql.newinstance",
    "jdbi.create",
    "sql2o",
    "pdo",
];

/// What stands round the place at byte `at`; the members of a list that are pairs of a name and a value have the list round them.
fn node(parents: &Parents, at: usize, is_pair: bool) -> usize {
    let first = if is_pair {
        parents.chain_of_item(at).next()
    } else {
        parents.chain(at).next()
    };
    first.map_or(0, |(node, _)| node)
}

/// How far before the second half of a pair its first one may begin, in bytes.
const FAR: usize = 160;

/// What a URL is given to: `spring.datasource.url`, `config.setJdbcUrl`.
struct Name {
    /// In small letters.
    text: String,
    /// Where it begins.
    at: usize,
    /// Whether it is called with the URL.
    is_call: bool,
    /// Whether it stands in a pair of its own: `name: X`, `value: `.
    is_pair: bool,
}

impl Name {
    /// The name that `before` ends in, on one line; or that of a pair `name: X`, `value: ` over two.
    fn before(before: &str) -> Option<Self> {
        // How long the line is does not matter.
        let head = before
            .trim_end_matches(|c: char| c != '\n' && (c.is_whitespace() || "=:\"'`(,".contains(c)));
        let is_call = rest(before, head.len()).contains('(');
        let name = head.rsplit(|c: char| !is_part(c)).next()?;
        let at = head.len() - name.len();
        let name = Self {
            text: name.to_ascii_lowercase(),
            at,
            is_call,
            is_pair: false,
        };
        if name.text != "value" || is_call {
            return Some(name);
        }
        Self::above(head.get(..at)?)
    }

    /// The name that a pair `name: X`, `value: ` gives, with `above` what stands before its second half.
    fn above(above: &str) -> Option<Self> {
        const NAME: &str = "name";
        let near = last(above, FAR);
        let whole = |at: &usize| {
            let before = first(near, *at).chars().next_back();
            let behind = rest(near, at + NAME.len()).chars().next();
            !before.is_some_and(is_part) && !behind.is_some_and(is_part)
        };
        let mut places = near.rmatch_indices(NAME).map(|(at, _)| at);
        let at = places.find(whole)?;
        let text = rest(near, at + NAME.len()).trim_matches(|c: char| !is_part(c) || c == '-');
        text.chars().all(is_part).then(|| Self {
            text: text.to_ascii_lowercase(),
            at: above.len() - near.len() + at,
            is_call: false,
            is_pair: true,
        })
    }

    /// What stands before the word for the URL: `spring_datasource` of `spring.datasource.url`. A URL that is an argument
    /// among named ones has them beside it.
    fn prefix(&self) -> Option<String> {
        if self.is_call {
            return Some(String::new());
        }
        let prefix = without_url(&self.text)?;
        let words: Vec<&str> = prefix
            .split(['.', '_', '-'])
            .filter(|w| !w.is_empty())
            .collect();
        Some(words.join("_"))
    }

    /// The object whose setter is called with the URL.
    fn object(&self) -> Option<String> {
        if !self.is_call {
            return None;
        }
        let setter = without_url(&self.text)?;
        let setter = ["set", "with"]
            .iter()
            .find_map(|verb| setter.strip_suffix(verb))
            .unwrap_or(setter);
        Some(setter.trim_end_matches('.').to_string())
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.-".contains(c)
}

/// A name without the word for a URL that it ends in.
fn without_url(name: &str) -> Option<&str> {
    ["jdbc-url", "jdbcurl", "jdbc_url", "url", "dsn"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
}

/// The prefixes under which the user of a URL with this prefix may stand: its own, that without the word for the kind of URL
/// (`quarkus.datasource.jdbc.url`), and none where it only says that it is a database's (`DB_URL` beside `USER`).
fn also(prefix: &str) -> impl Iterator<Item = String> {
    let parent = ["jdbc", "reactive"]
        .iter()
        .find_map(|word| prefix.strip_suffix(word)?.strip_suffix('_'));
    let plain = ["db", "database", "jdbc", "connection"].contains(&prefix);
    let prefixes = [Some(prefix), parent, plain.then_some("")];
    let prefixes: Vec<String> = prefixes.into_iter().flatten().map(Into::into).collect();
    prefixes.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::find;

    #[test]
    fn what_stands_beside_a_url_belongs_to_it() {
        for (paste, expected) in [
            (
                "spring.datasource.url=jdbc:postgresql://h/d\nspring.datasource.username=u\nspring.datasource.password=p",
                "u p",
            ),
            (
                "spring:\n  redis:\n    password: r\n  datasource:\n    url: jdbc:postgresql://h/d\n    username: u\n",
                "u -",
            ),
            (
                "a:\n  url: jdbc:postgresql://h/d\n  username: u\nb:\n  url: jdbc:postgresql://i/e\n  username: v\n",
                "u - v -",
            ),
            (
                "quarkus.datasource.jdbc.url=jdbc:postgresql://h/d\nquarkus.datasource.username=u\n",
                "u -",
            ),
            (
                "javax.persistence.jdbc.url=jdbc:postgresql://h/d\njavax.persistence.jdbc.user=u\n",
                "u -",
            ),
            (
                "static final String DB_URL = \"jdbc:postgresql://h/d\";\nstatic final String USER = \"u\";\nstatic final String PASS = \"p\";\n",
                "u p",
            ),
            (
                "env:\n  - name: SPRING_DATASOURCE_URL\n    value: jdbc:postgresql://h/d\n  - name: SPRING_DATASOURCE_USERNAME\n    value: u\n",
                "u -",
            ),
            (
                "[{\"name\":\"SPRING_DATASOURCE_URL\",\"value\":\"jdbc:postgresql://h/d\"},{\"name\":\"SPRING_DATASOURCE_USERNAME\",\"value\":\"u\"}]",
                "u -",
            ),
            (
                "env:\n  - name: NAME\n    value: x\n  - value: jdbc:postgresql://h/d\n  - name: USERNAME\n    value: u\n",
                "- -",
            ),
            ("A_URL=jdbc:postgresql://h/d\nB_USER=u", "- -"),
            ("url=jdbc:postgresql://h/d\nuser=u\nuser=v", "- -"),
            ("url=postgresql://h/d\nuser=u", "- -"),
        ] {
            assert_eq!(said(paste), expected, "{paste:?}");
        }
    }

    #[test]
    fn what_a_program_says_beside_a_url_belongs_to_it() {
        for (paste, expected) in [
            (
                "DriverManager.getConnection(\"jdbc:postgresql://h/d\", \"u\", \"p\");",
                "u p",
            ),
            (
                "DriverManager.getConnection(\"jdbc:postgresql://h/d\",\n    'u', System.getenv(\"P\"));",
                "u -",
            ),
            ("new PDO('pgsql:host=h;dbname=d', 'u', 'p');", "u p"),
            (
                "$dsn = 'pgsql:host=h;dbname=d';\n$user = 'u';\n$password = 'p';\nnew PDO($dsn, $user, $password);",
                "u p",
            ),
            (
                "DriverManager.getConnection(\"jdbc:postgresql://h/d\", user, password);",
                "- -",
            ),
            (
                "c.setJdbcUrl(\"jdbc:postgresql://h/d\");\nc.setUsername(\"u\");\nc.setPassword(\"p\");\nmail.setUsername(\"m\");",
                "u p",
            ),
            (
                "a.setUrl(\"jdbc:postgresql://h/d\");\nb.setUser(\"v\");\nc.setUser(\"w\");",
                "- -",
            ),
            (
                "DataSourceBuilder.create()\n  .url(\"jdbc:postgresql://h/d\")\n  .username(\"u\")\n  .password(\"p\")\n  .build();",
                "u p",
            ),
            (
                "props.setProperty(\"user\", \"u\");\nprops.setProperty(\"password\", \"p\");\nDriverManager.getConnection(\"jdbc:postgresql://h/d\", props);",
                "u p",
            ),
            (
                "Database.connect(\"jdbc:postgresql://h/d\", driver = \"org.postgresql.Driver\", user = \"u\", password = \"p\")",
                "u p",
            ),
        ] {
            assert_eq!(said(paste), expected, "{paste:?}");
        }
    }

    /// User and password of each string of a paste.
    fn said(paste: &str) -> String {
        let found = find(paste);
        let beside = Beside::of(paste, &found);
        found
            .iter()
            .map(|c| beside.of_string(paste, &c.excerpt, c.dialect))
            .flat_map(|credentials| [credentials.user, credentials.password])
            .map(|entry| entry.map_or("-", |e| slice(paste, e.value)))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
