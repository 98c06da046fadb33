//! Reads SQLSTATEs, wherever a driver puts them.

/// Where a SQLSTATE stands.
///
/// psql with `VERBOSITY verbose` and a server's log with `%e`, JDBC, Flyway, Spring, R2DBC, PDO, pgx, tokio-postgres and
/// sqlx by their `Debug`, Npgsql, Postgrex, node-postgres and postgres.js by their fields, psycopg and JSON loggers.
pub(super) const PLACES: &[&str] = &[
    "SQLSTATE[{state}]",
    "SQLSTATE {state}",
    "SQLSTATE: {state}",
    "SQLSTATE:{state}",
    "SQLSTATE={state}",
    "SQLSTATE = {state}",
    "SQLSTATE=\"{state}\"",
    "SQLSTATE: \"{state}\"",
    "SQLSTATE\":\"{state}\"",
    "SQLSTATE\": \"{state}\"",
    "SQLSTATE(\"{state}\")",
    "SQLSTATE(E{state})",
    "SQL state: {state}",
    "SQL state : {state}",
    "SQL state = {state}",
    "SQL state [{state}]",
    "code: \"{state}\"",
    "code=\"{state}\"",
    "code=>\"{state}\"",
    "code: Some(\"{state}\")",
    "code\": \"{state}\"",
    "code\":\"{state}\"",
    "code\"=\"{state}\"",
    "code={state}",
    "pgcode: {state}",
    "pgcode {state}",
    "sql_state: \"{state}\"",
    "sql_state\":\"{state}\"",
    "sql_state\": \"{state}\"",
    "FATAL: {state}:",
    "ERROR: {state}:",
    "PANIC: {state}:",
    "FATAL {state} (",
    "ERROR {state} (",
    "(FATAL) {state} (",
    "PostgresException: {state}:",
    "PostgresException (0x80004005): {state}:",
    "PostgresException : {state}:",
    "Exception: [{state}]",
    "Failure: [{state}]",
];

/// Whether five characters are a SQLSTATE that PostgreSQL or a driver uses; `P1001` is one of Prisma's own codes.
pub(super) fn is_state(text: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let Some((class, _)) = text.split_at_checked(2) else {
        return false;
    };
    text.len() == 5
        && (digits(class)
            || matches!(
                class,
                "0A" | "0B"
                    | "0F"
                    | "0L"
                    | "0P"
                    | "0Z"
                    | "2B"
                    | "2D"
                    | "2F"
                    | "3B"
                    | "3D"
                    | "3F"
                    | "F0"
                    | "HV"
                    | "P0"
                    | "XX"
            ))
}

/// Whether a SQLSTATE only says that the connection failed. PDO reports `08006` for every failure to connect, and JDBC
/// puts its own codes of this class round whatever it was.
pub(super) fn says_nothing(state: &str) -> bool {
    state.starts_with("08") || state.starts_with("HY") || state == "00000"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_others_are_no_states() {
        for state in [
            "28P01", "57P03", "08006", "XX000", "3D000", "0A000", "42P05",
        ] {
            assert!(is_state(state), "{state}");
        }
        for other in ["P1001", "EPIPE", "HELLO", "ABCDE", "é2345", ""] {
            assert!(!is_state(other), "{other}");
        }
        assert!(says_nothing("08006") && !says_nothing("28P01"));
    }
}
