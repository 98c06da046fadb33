//! User and password that stand beside a URL in the same paste: `spring.datasource.username` next to
//! `spring.datasource.url`.

use super::Candidate;
use super::parents::Parents;
use crate::layer::Excerpt;
use crate::model::{Dialect, Grammar, Param};
use crate::parse::entries::{self, Entry};
use crate::text::{Span, slice};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// By what stands before the telling word, and by what both stand below; `None` where there are several, and nothing says
/// which is meant.
type Named = BTreeMap<(String, usize), Option<Entry>>;

/// The users and passwords of a paste that stand outside its strings.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    users: Named,
    passwords: Named,
    parents: Option<Parents>,
}

impl Beside {
    /// Looks through `paste`, outside the strings that were found in it: once for all of them.
    pub(crate) fn of(paste: &str, found: &[Candidate]) -> Self {
        let mut out = Self::default();
        if !found.iter().any(|c| keeps_user_beside(c.dialect)) {
            return out;
        }
        let parents = Parents::of(paste);
        for entry in entries::find(paste) {
            let map = match entry.param {
                Param::User => &mut out.users,
                Param::Password => &mut out.passwords,
                _ => continue,
            };
            let next = found.partition_point(|c| c.excerpt.span.end <= entry.value.start);
            if found
                .get(next)
                .is_some_and(|c| c.excerpt.span.overlaps(entry.value))
            {
                continue;
            }
            let key = (entry.prefix.clone(), node(&parents, entry.start));
            map.entry(key)
                .and_modify(|several| *several = None)
                .or_insert(Some(entry));
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
    ) -> [Option<&Entry>; 2] {
        if !keeps_user_beside(dialect) {
            return [None, None];
        }
        let before = slice(paste, Span::new(0, excerpt.span.start));
        let (Some(prefix), Some(parents)) = (prefix_of_url(before), &self.parents) else {
            return [None, None];
        };
        let key = (prefix, node(parents, excerpt.span.start));
        [&self.users, &self.passwords].map(|map| map.get(&key).and_then(Option::as_ref))
    }
}

/// Java's tools keep user and password beside the URL.
fn keeps_user_beside(dialect: Dialect) -> bool {
    dialect.grammar() == Grammar::Jdbc || dialect == Dialect::R2dbcUrl
}

fn node(parents: &Parents, at: usize) -> usize {
    parents.chain(at).next().map_or(0, |(node, _)| node)
}

/// What stands before `url` in the name that a URL is given to: `spring_datasource` of `spring.datasource.url`.
fn prefix_of_url(before: &str) -> Option<String> {
    // On the same line; how long that is does not matter.
    let name = before
        .trim_end_matches(|c: char| c != '\n' && (c.is_whitespace() || "=:\"'".contains(c)))
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)))
        .next()?
        .to_ascii_lowercase();
    let prefix = ["jdbc-url", "jdbcurl", "jdbc_url", "url"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))?;
    let words: Vec<&str> = prefix
        .split(['.', '_', '-'])
        .filter(|w| !w.is_empty())
        .collect();
    Some(words.join("_"))
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
            ("A_URL=jdbc:postgresql://h/d\nB_USER=u", "- -"),
            ("url=jdbc:postgresql://h/d\nuser=u\nuser=v", "- -"),
            ("url=postgresql://h/d\nuser=u", "- -"),
        ] {
            let found = find(paste);
            let beside = Beside::of(paste, &found);
            let said = found
                .iter()
                .flat_map(|c| beside.of_string(paste, &c.excerpt, c.dialect))
                .map(|entry| entry.map_or("-", |e| slice(paste, e.value)))
                .collect::<Vec<_>>()
                .join(" ");
            assert_eq!(said, expected, "{paste:?}");
        }
    }
}
