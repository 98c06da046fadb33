//! The closed vocabularies of the public interface: targets, drivers, dialects, layers.
//!
//! The spellings are part of the contract with other people's scripts: adding one is fine, changing one is not.

/// Defines an enum whose variants have a fixed public name.
macro_rules! named {
    ($(#[$doc:meta])* $enum:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum { $($(#[$vdoc])* $variant,)* }

        impl $enum {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in JSON and on the command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How people write it in a sentence.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// The value with that [`name`](Self::name), if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }
        }

        impl core::fmt::Display for $enum {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named! {
    /// The product that the string is for.
    Target {
        /// Not said: connlint finds out what it can.
        Auto = "auto", "detect";
        /// Azure Database for PostgreSQL - Single Server (retired 2025-03-28).
        AzureSingle = "azure-single", "Azure Single Server";
        /// Azure Database for PostgreSQL flexible server.
        AzureFlexible = "azure-flexible", "Azure Flexible Server";
        /// Azure Cosmos DB for PostgreSQL.
        AzureCosmos = "azure-cosmos", "Azure Cosmos DB for PostgreSQL";
        /// Azure HorizonDB (preview).
        AzureHorizon = "azure-horizon", "Azure HorizonDB";
        /// PostgreSQL anywhere else.
        Postgres = "postgres", "PostgreSQL";
    }
}

impl Target {
    /// Whether the target is one of Azure's PostgreSQL services.
    #[must_use]
    pub const fn is_azure(self) -> bool {
        matches!(
            self,
            Self::AzureSingle | Self::AzureFlexible | Self::AzureCosmos | Self::AzureHorizon
        )
    }
}

named! {
    /// The client library that will read the string.
    Driver {
        /// Not said: connlint takes the one that the text points at.
        Auto = "auto", "detect";
        /// libpq: psql, pg_dump and everything built on the C library.
        Libpq = "libpq", "libpq";
        /// psycopg 2 and 3.
        Psycopg = "psycopg", "psycopg";
        /// asyncpg.
        Asyncpg = "asyncpg", "asyncpg";
        /// SQLAlchemy.
        Sqlalchemy = "sqlalchemy", "SQLAlchemy";
        /// Django.
        Django = "django", "Django";
        /// Npgsql, the .NET driver.
        Npgsql = "npgsql", "Npgsql";
        /// The PostgreSQL JDBC driver.
        Pgjdbc = "pgjdbc", "pgJDBC";
        /// r2dbc-postgresql.
        R2dbc = "r2dbc", "R2DBC";
        /// node-postgres (`pg`).
        NodePostgres = "node-postgres", "node-postgres";
        /// postgres.js.
        PostgresJs = "postgres.js", "postgres.js";
        /// Prisma.
        Prisma = "prisma", "Prisma";
        /// pgx.
        Pgx = "pgx", "pgx";
        /// lib/pq.
        LibPq = "lib/pq", "lib/pq";
        /// tokio-postgres and postgres (Rust).
        TokioPostgres = "tokio-postgres", "tokio-postgres";
        /// sqlx.
        Sqlx = "sqlx", "SQLx";
        /// ruby-pg and Active Record.
        RubyPg = "ruby-pg", "ruby-pg";
        /// PHP's pgsql extension.
        PhpPgsql = "php-pgsql", "PHP pgsql";
        /// PHP's PDO.
        PhpPdo = "php-pdo", "PHP PDO";
        /// psqlODBC.
        Psqlodbc = "psqlodbc", "psqlODBC";
        /// Ecto and Postgrex.
        Ecto = "ecto", "Ecto";
    }
}

named! {
    /// The grammar that a string is written in.
    Dialect {
        /// `postgresql://user:password@host:port/database?key=value`
        LibpqUri = "libpq-uri", "URI";
        /// `host=… port=… dbname=…`
        LibpqKv = "libpq-kv", "keyword/value";
        /// `Host=…;Port=…;Database=…`
        AdoNet = "ado.net", "ADO.NET";
        /// `jdbc:postgresql://host:port/database?key=value`
        JdbcUrl = "jdbc-url", "JDBC URL";
        /// `r2dbc:postgresql://user:password@host:port/database?key=value`
        R2dbcUrl = "r2dbc-url", "R2DBC URL";
        /// `postgresql+driver://…`, or a URI for SQLAlchemy.
        SqlalchemyUrl = "sqlalchemy-url", "SQLAlchemy URL";
        /// A URI for Prisma.
        PrismaUrl = "prisma-url", "Prisma URL";
        /// A URI for node-postgres or postgres.js.
        NodeUrl = "node-url", "Node URL";
        /// An object literal for node-postgres or postgres.js.
        NodeObject = "node-object", "Node object";
        /// Keyword arguments of a Python call.
        PythonKwargs = "python-kwargs", "Python arguments";
        /// Django's `DATABASES`.
        DjangoDict = "django-dict", "Django settings";
        /// A URI for pgx or lib/pq.
        GoUrl = "go-url", "Go URL";
        /// A keyword/value string for pgx, lib/pq or GORM.
        GoKv = "go-kv", "Go keyword/value";
        /// `pgsql:host=…;port=…;dbname=…`
        PdoDsn = "pdo-dsn", "PDO DSN";
        /// A keyword/value string for `pg_connect`.
        PhpKv = "php-kv", "PHP keyword/value";
        /// `Driver={PostgreSQL Unicode};Server=…;Uid=…`
        Odbc = "odbc", "ODBC";
        /// A command line of psql, pg_dump and their like.
        PsqlCommand = "psql-command", "psql command";
        /// Environment variables or other settings with a value each.
        PgEnv = "pg-env", "variables";
        /// A section of pg_service.conf.
        ServiceFile = "service-file", "service file";
        /// A line of .pgpass.
        Pgpass = "pgpass", ".pgpass line";
        /// Ruby's hash of options.
        RubyHash = "ruby-hash", "Ruby hash";
        /// Rails' database.yml.
        ActiverecordYaml = "activerecord-yaml", "database.yml";
        /// Spring's `spring.datasource.*`.
        SpringProperties = "spring-properties", "Spring properties";
        /// The old App Service format: `Database=…; Data Source=…; User Id=…`
        Webapp = "webapp", "Web App string";
    }
}

/// The grammars that connlint has; several dialects can share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// `scheme://user:password@host:port/database?key=value`
    Uri,
    /// libpq's `key=value` pairs between blanks.
    KeyValue,
    /// ADO.NET's `key=value;` pairs.
    AdoNet,
    /// JDBC: a URL without userinfo.
    Jdbc,
    /// ODBC's `key=value;` pairs with braces.
    Odbc,
    /// PDO: `pgsql:` and `key=value;` pairs.
    Pdo,
    /// A command line with flags.
    Command,
    /// Five fields between colons.
    Pgpass,
    /// Names with a value each, wherever they stand.
    Entries,
}

impl Grammar {
    /// Whether values are percent-encoded.
    #[must_use]
    pub const fn is_url(self) -> bool {
        matches!(self, Self::Uri | Self::Jdbc)
    }
}

impl Dialect {
    /// The grammar that reads it.
    #[must_use]
    pub const fn grammar(self) -> Grammar {
        match self {
            Self::LibpqUri
            | Self::R2dbcUrl
            | Self::SqlalchemyUrl
            | Self::PrismaUrl
            | Self::NodeUrl
            | Self::GoUrl => Grammar::Uri,
            Self::LibpqKv | Self::GoKv | Self::PhpKv => Grammar::KeyValue,
            Self::AdoNet | Self::Webapp => Grammar::AdoNet,
            Self::JdbcUrl => Grammar::Jdbc,
            Self::Odbc => Grammar::Odbc,
            Self::PdoDsn => Grammar::Pdo,
            Self::PsqlCommand => Grammar::Command,
            Self::Pgpass => Grammar::Pgpass,
            Self::NodeObject
            | Self::PythonKwargs
            | Self::DjangoDict
            | Self::PgEnv
            | Self::ServiceFile
            | Self::RubyHash
            | Self::ActiverecordYaml
            | Self::SpringProperties => Grammar::Entries,
        }
    }

    /// The name that the dialect has when it is for `driver`: the same URI is a Prisma URL for Prisma.
    #[must_use]
    pub const fn spoken_by(self, driver: Driver) -> Self {
        match (self, driver) {
            (Self::LibpqUri, Driver::Prisma) => Self::PrismaUrl,
            (Self::LibpqUri, Driver::NodePostgres | Driver::PostgresJs) => Self::NodeUrl,
            (Self::LibpqUri, Driver::Pgx | Driver::LibPq) => Self::GoUrl,
            (Self::LibpqUri, Driver::Sqlalchemy) => Self::SqlalchemyUrl,
            (Self::LibpqKv, Driver::Pgx | Driver::LibPq) => Self::GoKv,
            (Self::LibpqKv, Driver::PhpPgsql) => Self::PhpKv,
            (dialect, _) => dialect,
        }
    }
}

named! {
    /// What the text of a string is wrapped in.
    Layer {
        /// Nothing: the string stands as it is.
        Plain = "plain", "plain text";
        /// A `NAME=value` file.
        Dotenv = "dotenv", ".env file";
        /// A shell command or assignment.
        Shell = "shell", "shell";
        /// A JSON document.
        Json = "json", "JSON";
        /// A YAML document.
        Yaml = "yaml", "YAML";
        /// A TOML document.
        Toml = "toml", "TOML";
        /// An INI file.
        Ini = "ini", "INI";
        /// A Compose file.
        DockerCompose = "docker-compose", "Compose file";
        /// A Kubernetes secret.
        KubernetesSecret = "kubernetes-secret", "Kubernetes secret";
        /// XML: `&amp;` and its like.
        Xml = "xml", "XML";
        /// A string literal of a programming language.
        SourceCode = "source-code", "source code";
    }
}
