"""The ways to fail, and what each is: category, persistence, and the part of the string to point at."""

T, P, D = "transient", "persistent", "depends"

# What the fakes say, by the name of the database that is asked for: SQLSTATE and text.
# Azure's gateway and services as users have reported them; PostgreSQL and PgBouncer as their sources have it.
TEXTS = {
    "user": ("28000", "Invalid Username specified. Please check the Username and retry connection. "
                      "The Username should be in <username@hostname> format."),
    "firewall": ("28000", lambda tls: 'no pg_hba.conf entry for host "203.0.113.7", user "ann@shop", database "firewall", SSL '
                                      + ("on" if tls else "off")),
    "network": ("28000", "Client from Azure Virtual Networks is not allowed to access the server. "
                         "Please make sure your Virtual Network is correctly configured."),
    "audience": ("28000", "The access token does not have a valid audience claim. Please acquire a new token for the resource "
                          "\"https://ossrdbms-aad.database.windows.net\"."),
    "token": ("28000", "An error occurred while validating the access token. Please acquire a new token and retry"),
    "expired": ("28000", "The access token has expired. Please acquire a new token and retry"),
    "principal": ("28000", "Service Principals cannot generate AAD_AUTH_TOKENTYPE_APP_USER tokens for role[shop-app]"),
    "tenant": ("28000", "Could not validate AAD user ann@contoso.onmicrosoft.com because its name is not found in the tenant."),
    "starting": ("57P03", "the database system is starting up"),
    "recovering": ("57P03", "the database system is in recovery mode"),
    "stopping": ("57P03", "the database system is shutting down"),
    "crowded": ("53300", "sorry, too many clients already"),
    "reserved16": ("53300", "remaining connection slots are reserved for roles with the SUPERUSER attribute"),
    "leftover": ("28P01", 'password authentication failed for user "ann@flex"'),
    "pooler": ("08P01", "no more connections allowed (max_client_conn)"),
    "slow": ("57014", "canceling authentication due to timeout"),
    "replica": ("40001", "terminating connection due to conflict with recovery"),
    "memory": ("53200", "out of memory"),
}

SHOP, FLEX = "shop.postgres.database.azure.com", "flex.postgres.database.azure.com"


def scenario(id, category, persistence, points_at, **more):
    return {"id": id, "category": category, "persistence": persistence, "points_at": points_at, "host": "db.example", **more}


def told(id, category, persistence, points_at, host=SHOP, **more):
    return scenario(id, category, persistence, points_at, host=host, database=id, **more)


SCENARIOS = [
    scenario("name-missing", "dns-not-found", P, "host", host="nosuch.invalid"),
    scenario("name-later", "dns-temporary", T, "host", host="db.again"),
    scenario("refused", "tcp-refused", D, "port", port=5433),
    scenario("refused-here", "tcp-refused", D, "host", host="localhost", port=5432),
    scenario("no-answer", "tcp-timeout", D, "host", host="busy.example"),
    scenario("silent", "tcp-timeout", D, "host", host="silent.example"),
    scenario("no-route", "server-unreachable", D, "host", host="far.example"),
    scenario("no-host", "server-unreachable", D, "host", host="gone.example"),
    scenario("tls-missing", "tls-required", P, "sslmode", tls="disable"),
    scenario("tls-not-there", "tls-unsupported-by-server", P, "sslmode", host="plain.example", needs_tls=True),
    scenario("issuer", "tls-cert-untrusted", P, "sslmode", host="impostor.example", tls="verify-full"),
    scenario("other-name", "tls-hostname-mismatch", P, "host", host="alias.example", tls="verify-full"),
    scenario("no-roots", "tls-cert-untrusted", P, "sslmode", tls="verify-full", no_root=True),
    scenario("password", "password-wrong", P, "password", password="Sparrow8"),
    scenario("no-password", "password-wrong", P, "password", password=""),
    scenario("no-role", "user-unknown", P, "user", user="ghost"),
    scenario("no-login", "permission-denied", P, "user", user="nologin"),
    scenario("certificate", "permission-denied", P, "user", user="certified"),
    scenario("no-entry", "server-firewall", P, "none", user="outsider"),
    scenario("rejected", "server-firewall", P, "none", user="banned"),
    scenario("no-database", "database-missing", P, "database", database="nosuch"),
    scenario("shut", "permission-denied", P, "database", database="shut"),
    scenario("closed", "permission-denied", P, "database", user="trusty", database="closed"),
    scenario("limit", "too-many-connections", T, "none", user="one"),
    scenario("full", "too-many-connections", T, "none", host="full.example", user="trusty"),
    scenario("standby", "server-starting-or-stopping", T, "none", host="standby.example", user="trusty"),
    scenario("web", "not-postgres", P, "port", host="web.example", port=8080),
    scenario("drops", "connection-dropped", T, "none", host="drops.example"),
    scenario("resets", "connection-dropped", T, "none", host="drops.example", port=5433),
    scenario("drops-later", "connection-dropped", T, "none", host="drops.example", port=5434, sql="select 1"),
    scenario("resets-later", "connection-dropped", T, "none", host="drops.example", port=5435, sql="select 1"),
    scenario("killed", "admin-shutdown", T, "none", sql="select pg_terminate_backend(pg_backend_pid())"),
    scenario("read-only", "other", P, "host", sql="start transaction read only; create table t (i int)", not_for=("asyncpg", "sqlalchemy-asyncpg")),
    scenario("statement", "other", P, "none", sql="select * from nosuch"),
    told("user", "username-format", P, "user"),
    told("firewall", "server-firewall", P, "none"),
    told("network", "server-firewall", P, "none"),
    told("audience", "token-invalid", P, "password", FLEX),
    told("token", "token-invalid", P, "password", FLEX),
    told("expired", "token-expired", P, "password", FLEX),
    told("principal", "token-invalid", P, "user", FLEX),
    told("tenant", "user-unknown", P, "user", FLEX),
    told("starting", "server-starting-or-stopping", T, "none", FLEX),
    told("recovering", "server-starting-or-stopping", T, "none", FLEX),
    told("stopping", "server-starting-or-stopping", T, "none", FLEX),
    told("crowded", "too-many-connections", T, "none", FLEX),
    told("reserved16", "too-many-connections", T, "none", FLEX),
    told("leftover", "password-wrong", P, "user", FLEX, user="ann@flex"),
    told("slow", "connection-dropped", T, "none", FLEX),
    told("replica", "connection-dropped", T, "none", FLEX),
    told("memory", "other", D, "none", FLEX),
    scenario("pooler-tls", "tls-required", P, "sslmode", port=6433, tls="disable"),
    scenario("pooler-database", "database-missing", P, "database", port=6432, database="nosuch", tls="disable"),
    scenario("pooler-password", "password-wrong", P, "password", port=6432, password="Sparrow8", tls="disable"),
    scenario("pooler-user", "password-wrong", P, "password", port=6432, user="ghost", tls="disable"),
    scenario("pooler-full", "too-many-connections", T, "none", port=6434, tls="disable"),
    scenario("pooler-alone", "server-starting-or-stopping", T, "none", port=6432, database="down", tls="disable", sql="select 1"),
    scenario("pooler-setting", "other", P, "port", port=6432, tls="disable", extra="&options=-c%20statement_timeout%3D5s",
             not_for=("asyncpg", "sqlalchemy-asyncpg", "tokio-postgres", "pg", "pg-pool", "postgres.js", "knex", "sequelize", "typeorm",
                      "php-pdo", "dbd-pg", "psqlodbc")),
]
for language in ("de", "fr", "es", "ja"):
    host = f"{language}.example"
    SCENARIOS += [
        scenario(f"{language}-password", "password-wrong", P, "password", host=host, password="Sparrow8"),
        scenario(f"{language}-no-database", "database-missing", P, "database", host=host, database="nosuch"),
        scenario(f"{language}-no-entry", "server-firewall", P, "none", host=host, user="outsider"),
        scenario(f"{language}-tls-missing", "tls-required", P, "sslmode", host=host, tls="disable"),
        scenario(f"{language}-limit", "too-many-connections", T, "none", host=host, user="one"),
        scenario(f"{language}-killed", "admin-shutdown", T, "none", host=host, sql="select pg_terminate_backend(pg_backend_pid())"),
    ]

# Strings that fall apart: identifier, the dialects that they are for, the text.
URIS = ("uri", "asyncpg", "node", "postgres.js", "tokio-postgres")
WORDS = [
    ("word-at", URIS, "postgresql://ann:Kes@trel7@db.example:5432/shop"),
    ("word-slash", URIS, "postgresql://ann:Kes/trel7@db.example:5432/shop"),
    ("word-hash", URIS, "postgresql://ann:Kes#trel7@db.example:5432/shop"),
    ("word-percent", URIS, "postgresql://ann:Kes%trel7@db.example:5432/shop"),
    ("word-user-at", URIS, "postgresql://ann@shop:Kestrel7@db.example:5432/shop"),
    ("word-mode", URIS, "postgresql://ann:Kestrel7@db.example:5432/shop?sslmode=Requires"),
    ("word-key", URIS, "postgresql://ann:Kestrel7@db.example:5432/shop?sslmodus=require"),
    ("word-schema", URIS, "postgresql://ann:Kestrel7@db.example:5432/shop?sslmode=require&schema=public"),
    ("word-scheme", URIS, "postgress://ann:Kestrel7@db.example:5432/shop"),
    ("word-port", URIS, "postgresql://ann:Kestrel7@db.example:543x/shop"),
    ("word-jdbc", URIS, "jdbc:postgresql://db.example:5432/shop?user=ann&password=Kestrel7"),
    ("word-pairs", ("uri",), "host=db.example user=ann password=Kes trel7 dbname=shop"),
    ("word-quote", ("uri",), "host=db.example user=ann password='Kestrel7 dbname=shop"),
    ("word-jdbc-scheme", ("jdbc",), "jdbc:postgres://db.example:5432/shop?user=ann&password=Kestrel7"),
    ("word-jdbc-port", ("jdbc",), "jdbc:postgresql://db.example:543x/shop?user=ann&password=Kestrel7"),
    ("word-jdbc-mode", ("jdbc",), "jdbc:postgresql://db.example:5432/shop?user=ann&password=Kestrel7&sslmode=Requires"),
    ("word-jdbc-userinfo", ("jdbc",), "jdbc:postgresql://ann:Kestrel7@db.example:5432/shop"),
    ("word-pdo-scheme", ("pdo",), "postgres:host=db.example;dbname=shop"),
    ("word-pdo-mode", ("pdo",), "pgsql:host=db.example;user=ann;password=Kestrel7;dbname=shop;sslmode=Requires"),
    ("word-odbc-driver", ("odbc",), "Driver=PostgreSQL;Server=db.example;Database=shop;Uid=ann;Pwd=Kestrel7"),
]
# What the strings end as, where the text says it: by reading the recorded texts one by one.
PARSE, SSL, NAME, PORT, NONE = (
    ("client-parse-error", P, part) for part in ("password", "sslmode", "host", "port", "none"))
DNS = ("dns-not-found", P, "host")
LOGIN = ("password-wrong", P, "password")
NO_TLS = ("tls-required", P, "sslmode")
DROPPED = ("connection-dropped", T, "none")
SETTING = ("other", P, "port")
DEFAULTS = {
    "word-at": DNS, "word-slash": PARSE, "word-hash": PARSE, "word-percent": PARSE, "word-user-at": PARSE, "word-mode": SSL,
    "word-key": SSL, "word-schema": NONE, "word-scheme": NONE, "word-port": PORT, "word-jdbc": NONE, "word-pairs": PARSE,
    "word-quote": PARSE, "word-jdbc-scheme": NONE, "word-jdbc-port": PORT, "word-jdbc-mode": SSL, "word-jdbc-userinfo": DNS,
    "word-pdo-scheme": NONE, "word-pdo-mode": SSL, "word-odbc-driver": NONE,
}
LIBPQ = ("psql", "pg_dump", "psycopg2", "sqlalchemy", "ruby-pg", "php-pgsql")
NODE = ("pg", "pg-pool", "knex", "typeorm", "postgres.js")
JAVA = ("pgjdbc", "hikari", "spring")
# Where a client hides what happened, or takes a string otherwise than meant: what its text says, and nothing more.
READ = [
    # The statement fails before psycopg2 and postgres.js have read why.
    (("psycopg2", "sqlalchemy", "postgres.js", "lib-pq"), ("killed", "de-killed", "fr-killed", "es-killed", "ja-killed"), DROPPED),
    # An answer to the request for TLS that is neither yes nor no counts as no.
    (("asyncpg", "sqlalchemy-asyncpg", "lib-pq", "pgx"), ("web",), ("tls-unsupported-by-server", P, "sslmode")),
    (("postgres.js",), ("web",), DROPPED),
    # Verified against other roots than meant, so it stops at the issuer.
    (("postgres.js", "sequelize", "sqlalchemy-asyncpg", "psqlodbc"), ("other-name",), ("tls-cert-untrusted", P, "sslmode")),
    # Java says the same of both.
    (JAVA, ("name-later",), DNS),
    (None, ("pooler-alone",), ("too-many-connections", T, "none")),
    (("pgx",), ("pooler-alone",), ("tcp-timeout", D, "host")),
    # What they always send, PgBouncer does not take.
    ((*JAVA, "lib-pq", "sqlx", "sqlx-pool"), ("pooler-database", "pooler-full", "pooler-alone", "pooler-password", "pooler-user"), SETTING),
    ((*LIBPQ, "psycopg", "django", "activerecord"), ("pooler-alone",), ("tcp-timeout", D, "host")),
    # No address in the text, so nothing says that it was the client's own machine.
    (("tokio-postgres", "sqlx"), ("refused-here",), ("tcp-refused", D, "port")),
    # These wait until the server has had enough.
    (("php-pdo", "psqlodbc"), ("silent",), DROPPED),
    # The program has no TLS.
    (("tokio-postgres",), ("issuer", "other-name", "no-roots"), SSL),
    (("tokio-postgres",), ("no-entry", "rejected", "firewall", "certificate"), NO_TLS),
    (("tokio-postgres",), tuple(f"{language}-{what}" for language in ("de", "fr", "es", "ja")
                                for what in ("password", "no-database", "no-entry", "limit", "killed")), NO_TLS),
    # The pool gives up, and says only that.
    (("sqlx-pool", "psycopg-pool"), ("refused", "no-answer", "full", "starting"), ("server-unreachable", D, "none")),
    (("psycopg-pool",), ("name-missing", "password"), ("server-unreachable", D, "none")),
    (("knex",), ("no-answer", "silent"), ("server-unreachable", D, "none")),
    # Only who names the host as well gives the leftover name away.
    (None, ("leftover",), LOGIN),
    (("psql", "pg_dump", "psycopg2", "sqlalchemy", "php-pgsql", "php-pdo", "dbd-pg", "psqlodbc", "pgx"), ("leftover",),
     ("password-wrong", P, "user")),
    # It does not ask: an undefined password is none that it could send.
    (("pg", "pg-pool", "knex", "sequelize", "typeorm"), ("no-password",), PARSE),
    # libpq and its kin take this character as it is.
    ((*LIBPQ, "psycopg"), ("word-hash",), LOGIN),
    (("sqlalchemy",), ("word-slash", "word-percent"), LOGIN),
    (("sqlalchemy",), ("word-user-at",), ("server-firewall", P, "none")),
    (("asyncpg",), ("word-percent",), LOGIN),
    (("sqlalchemy-asyncpg",), ("word-slash", "word-hash", "word-percent"), LOGIN),
    (("sqlalchemy-asyncpg",), ("word-user-at",), ("server-firewall", P, "none")),
    # psql takes what has no scheme for the name of a database, on its own machine.
    (("psql", "pg_dump"), ("word-scheme",), ("tcp-refused", D, "host")),
    (("psycopg", "psycopg2", "ruby-pg", "php-pgsql"), ("word-scheme",), PARSE),
    (("psycopg",), ("word-port",), PARSE),
    (("sqlalchemy", "sqlalchemy-asyncpg"), ("word-jdbc", "word-pairs", "word-quote"), PARSE),
    # Node's drivers go on, without TLS.
    (NODE, ("word-at", "word-percent", "word-user-at", "word-key", "word-scheme"), NO_TLS),
    (("pg-pool",), ("word-at",), DROPPED),
    (("postgres.js", "typeorm"), ("word-percent",), PARSE),
    (("postgres.js", "typeorm", "pg", "pg-pool"), ("word-port",), PARSE),
    (("knex",), ("word-slash", "word-hash", "word-port"), ("tcp-refused", D, "host")),
    (NODE, ("word-mode",), ("tls-cert-untrusted", P, "sslmode")),
    (("pg", "pg-pool", "typeorm", "knex"), ("word-schema",), ("tls-cert-untrusted", P, "sslmode")),
    (NODE, ("word-jdbc",), ("tcp-refused", D, "host")),
    # Go.
    (("lib-pq",), ("word-at",), LOGIN),
    (("lib-pq", "pgx"), ("word-user-at",), ("server-firewall", P, "none")),
    (("lib-pq", "pgx"), ("word-scheme",), PARSE),
    (("lib-pq",), ("word-jdbc",), ("tcp-refused", D, "host")),
    (("pgx",), ("word-jdbc",), ("tcp-refused", D, "host")),
    (("pgx",), ("word-at", "word-key", "word-pairs"), NO_TLS),
    # Rust.
    (("tokio-postgres",), ("word-slash", "word-hash", "word-percent"), NO_TLS),
    (("tokio-postgres",), ("word-scheme",), PARSE),
    (("tokio-postgres",), ("word-port",), PARSE),
    (("sqlx",), ("word-at", "word-percent"), LOGIN),
    (("sqlx",), ("word-user-at",), ("server-firewall", P, "none")),
    (("sqlx",), ("word-port",), PARSE),
    (("sqlx",), ("word-jdbc",), ("tcp-refused", D, "port")),
    # Ruby's parser refuses them all alike.
    (("activerecord",), ("word-at", "word-port", "word-pairs", "word-quote"), PARSE),
]


def labels(client, id):
    """What the text of this client for this scenario can tell at best."""
    by_id = {each["id"]: each for each in SCENARIOS}
    if id in by_id:
        label = tuple(by_id[id][key] for key in ("category", "persistence", "points_at"))
    else:
        label = DEFAULTS[id]
    for clients, ids, read in READ:
        if id in ids and (clients is None or client in clients):
            label = read
    return dict(zip(("category", "persistence", "points_at"), label))
