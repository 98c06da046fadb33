//! The connection strings that Azure's own tools hand out, recognised by their shape.
//!
//! A string is told to come from a tool only where something in it says so that nobody writes by hand: the tool's own
//! placeholders, the code that it puts round the string, the name that it gives the variable, or an order and a spelling of
//! keywords that is its own.

mod list;
mod shape;

use crate::rules::Context;

pub use list::TEMPLATES;

/// A text that one of Azure's tools hands out.
#[derive(Debug)]
pub struct Template {
    /// The tool and what it writes for: `Azure CLI (flexible server), psycopg2`.
    pub name: &'static str,
    /// Where its text was read.
    pub source: &'static str,
    /// What it looks like.
    shape: Shape,
    /// What tells it from a text written by hand; one of them is enough.
    marks: &'static [Mark],
    /// What is peculiar to it, for the rules.
    pub(crate) quirk: Quirk,
}

/// What is peculiar to a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// Nothing that its text does not show.
    None,
    /// It never has a port, also where the pooler's was asked for.
    NoPort,
    /// Without a password it is for Microsoft Entra ID.
    Token,
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Template {}

/// What a template looks like.
#[derive(Debug)]
enum Shape {
    /// The text with its values replaced by `{host}`, `{port}`, `{database}`, `{user}`, `{server}`, `{password}` (with its
    /// quotes in pairs) and `{ca}`; what stands in square brackets may be missing.
    Text(&'static str),
    /// These variables, in any order and among others.
    Variables(&'static [&'static str]),
}

/// What tells a template from a text written by hand.
#[derive(Debug)]
enum Mark {
    /// Its shape: order and spelling are its own.
    Shape,
    /// The code before it.
    Behind(&'static str),
    /// The name of the variable or member that holds it.
    Named(&'static str),
    /// A piece of its text that the user has not replaced yet.
    Holds(&'static str),
}

/// The template that the string comes from, where that is evident.
pub(crate) fn recognise(ctx: &Context<'_>) -> Option<&'static Template> {
    let skeleton = shape::skeleton(ctx)?;
    let skeleton = shape::bare(&skeleton);
    TEMPLATES.iter().find(|template| {
        let fits = match template.shape {
            Shape::Text(pattern) => shape::fits(pattern, skeleton),
            Shape::Variables(names) => names.iter().all(|name| {
                let mut all = ctx.settings().all.iter();
                all.any(|s| s.key.eq_ignore_ascii_case(name))
            }),
        };
        fits && template.marks.iter().any(|mark| mark.is_in(ctx))
    })
}

impl Mark {
    fn is_in(&self, ctx: &Context<'_>) -> bool {
        let before = ctx.surroundings.before;
        match self {
            Self::Shape => true,
            Self::Behind(code) => shape::unopened(before).ends_with(code),
            Self::Named(name) => shape::is_named(before, name),
            // In a string that the language fills in, `{login}` is a variable, and somebody has written it.
            Self::Holds(piece) => ctx.text.match_indices(piece).any(|(at, piece)| {
                let end = at + piece.len();
                !ctx.variables.iter().any(|v| v.start == at && v.end == end)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Options, lint};
    use std::collections::BTreeSet;
    use std::string::String;
    use std::vec::Vec;

    fn names(text: &str) -> Vec<&'static str> {
        lint(text, &Options::default())
            .strings
            .iter()
            .map(|s| s.template.map_or("", |t| t.name))
            .collect()
    }

    #[track_caller]
    fn from(text: &str, name: &str) {
        assert_eq!(names(text), [name], "{text}");
    }

    #[test]
    fn names_are_unique_and_every_template_says_where_it_was_read() {
        let names: BTreeSet<&str> = TEMPLATES.iter().map(|t| t.name).collect();
        assert_eq!(names.len(), TEMPLATES.len());
        for template in TEMPLATES {
            assert!(!template.source.is_empty() && !template.marks.is_empty());
            assert!(template.name.starts_with("Azure"), "{}", template.name);
        }
    }

    #[test]
    fn what_azure_hands_out_is_named() {
        let host = "shop.postgres.database.azure.com";
        for (text, name) in [
            // az postgres server show-connection-string, az postgres show-connection-string
            (
                "postgresql://app@shop:Tr0ub4dor@%H/db?sslmode=require",
                "Azure CLI (Single Server), psql",
            ),
            (
                "postgresql://{username}@{server}:{password}@{server}.postgres.database.azure.com/{database}?sslmode=require",
                "Azure CLI (Single Server), psql",
            ),
            (
                "Server=%H;Database=db;Port=5432;User Id=app@shop;Password=Tr0ub4dor;",
                "Azure CLI (Single Server), ADO.NET",
            ),
            (
                "jdbc:postgresql://%H:5432/{database}?user={username}@shop&password={password}",
                "Azure CLI (Single Server), JDBC",
            ),
            (
                "\"jdbc\": \"jdbc:postgresql://%H:5432/db?user=app@shop&password=Tr0ub4dor\",",
                "Azure CLI (Single Server), JDBC",
            ),
            (
                "var client = new pg.Client('postgres://app@shop:Tr0ub4dor@%H:5432/db');",
                "Azure CLI (Single Server), node-postgres",
            ),
            (
                "host=%H port=5432 dbname=db user={login}@shop password={password}",
                "Azure CLI (Single Server), PHP",
            ),
            (
                "{\"C++ (libpq)\": \"host=%H port=5432 dbname=db user=app@shop password=Tr0ub4dor sslmode=require\"}",
                "Azure CLI (Single Server), C++",
            ),
            (
                "cnx = psycopg2.connect(database='db', user='app@shop', host='%H', password='Tr0ub4dor', port='5432')",
                "Azure CLI (Single Server), psycopg2",
            ),
            (
                "cnx = PG::Connection.new(:host => '%H', :user => 'app@shop', :dbname => 'db', :port => '5432', :password => 'Tr0ub4dor')",
                "Azure CLI (Single Server), ruby-pg",
            ),
            (
                "Database=db; Data Source=%H; User Id=app@shop; Password=Tr0ub4dor",
                "Azure CLI or PowerShell (Single Server), Web App",
            ),
            (
                "psql --host=%H --port=5432 --username=app@shop --dbname=db",
                "Azure CLI (Single Server), psql command",
            ),
            (
                "{\"connectionString\": \"postgres://app%40shop:Tr0ub4dor@%H/postgres?sslmode=require\"}",
                "Azure CLI (Single Server), server create",
            ),
            // az postgres flexible-server
            (
                "postgresql://{login}:Tr0ub4dor@%H/db?sslmode=require",
                "Azure CLI (flexible server), psql",
            ),
            (
                "{\"psql_cmd\": \"postgresql://app:Tr0ub4dor@%H/db?sslmode=require\"}",
                "Azure CLI (flexible server), psql",
            ),
            (
                "Server=%H;Database=db;Port=6432;User Id=app;Password=\"Tr0;ub\";Ssl Mode=Require;",
                "Azure portal or CLI (flexible server), ADO.NET",
            ),
            (
                "jdbc:postgresql://%H:5432/{database}?user={login}&password=Tr0ub4dor&sslmode=require",
                "Azure CLI (flexible server), JDBC",
            ),
            (
                "spring.datasource.url=jdbc:postgresql://%H:5432/db  spring.datasource.username=app  spring.datasource.password=Tr0ub4dor",
                "Azure CLI, Spring",
            ),
            (
                "var conn= new Client({host:'%H', user:'app', password:'Tr0ub4dor', database:'db', port:5432, ssl:{ca:fs.readFileSync(\"ca.pem\")}});",
                "Azure CLI (flexible server), node-postgres",
            ),
            (
                "pg_connect(\"host=%H port=5432 dbname={database} user={login} password=Tr0ub4dor\");",
                "Azure CLI (flexible server), PHP",
            ),
            (
                "cnx = psycopg2.connect(user='app', password='Tr0ub4dor', host='%H', port=5432, database='db')",
                "Azure CLI (flexible server), psycopg2",
            ),
            (
                "connection = PG::Connection.new(user => \"app\", password => \"Tr0ub4dor\", database => \"db\", host => \"%H\", port => '5432')",
                "Azure CLI (flexible server), ruby-pg",
            ),
            (
                "{\"connectionString\": \"postgresql://app:Tr0ub4dor@%H/postgres?sslmode=require\"}",
                "Azure CLI (flexible server), server create",
            ),
            (
                "postgresql://ann%40contoso.com:<access-token>@%H/postgres?sslmode=require",
                "Azure CLI (flexible server), server create with Microsoft Entra ID",
            ),
            // Portal and PowerShell
            (
                "Server=%H;Database=db;Port=5432;User Id=app@shop;Password=Tr0ub4dor;Ssl Mode=Require;",
                "Azure portal or PowerShell (Single Server), ADO.NET",
            ),
            (
                "Server=%H;Database={your_database};Port=5432;User Id=app;Password=Tr0ub4dor;",
                "Azure PowerShell or documentation (flexible server), ADO.NET",
            ),
            (
                "host=%H port=5432 dbname=db user=app@shop password={your_password} sslmode=require",
                "Azure portal or PowerShell, keyword/value",
            ),
            (
                "psql \"host=%H port=5432 dbname={your_database} user=app password=Tr0ub4dor\"",
                "Azure portal or PowerShell, keyword/value",
            ),
            (
                "jdbc:postgresql://%H:5432/postgres?user=app&password={your_password}&sslmode=require",
                "Azure portal or PowerShell, JDBC",
            ),
            (
                "jdbc:postgresql://%H:5432/db?user=app&password=Tr0ub4dor&",
                "Azure PowerShell (flexible server), JDBC",
            ),
            (
                "dbname='db' user='app@shop' host='%H' password='Tr0ub4dor' port='5432' sslmode='true'",
                "Azure portal or PowerShell, psycopg2",
            ),
            (
                "host=%H; dbname=db user=app password=Tr0ub4dor port=5432",
                "Azure portal or PowerShell, ruby-pg",
            ),
            (
                "export PGHOST=%H\nexport PGUSER=app\nexport PGPORT=5432\nexport PGDATABASE=postgres\nexport PGPASSWORD=\"{your-password}\"\n",
                "Azure portal (flexible server), connection details",
            ),
            (
                "export PGHOST=%H\nexport PGUSER=ann@contoso.com\nexport PGPORT=5432\nexport PGDATABASE=postgres\nexport PGPASSWORD=\"$(az account get-access-token --resource https://ossrdbms-aad.database.windows.net --query accessToken --output tsv)\"",
                "Azure portal (flexible server), connection details",
            ),
            // Service Connector
            (
                "Server=%H;Database=db;Port=5432;Ssl Mode=Require;User Id=app;",
                "Azure Service Connector, .NET",
            ),
            (
                "AZURE_POSTGRESQL_CONNECTIONSTRING=host=%H dbname=db sslmode=require user=app password=Tr0ub4dor",
                "Azure Service Connector, Go",
            ),
            (
                "AZURE_POSTGRESQL_CONNECTIONSTRING=\"host=%H port=5432 dbname=db sslmode=require user=app\"",
                "Azure Service Connector, PHP or Ruby",
            ),
            (
                "AZURE_POSTGRESQL_CONNECTIONSTRING=dbname=db host=%H port=5432 sslmode=require user=app@shop password=Tr0ub4dor",
                "Azure Service Connector, psycopg2",
            ),
            (
                "[{\"name\": \"AZURE_POSTGRESQL_CONNECTIONSTRING\", \"value\": \"jdbc:postgresql://%H:5432/db?sslmode=require&user=app%40shop&password=Tr0ub4dor\"}]",
                "Azure Service Connector, JDBC",
            ),
            (
                "AZURE_POSTGRESQL_HOST=%H\nAZURE_POSTGRESQL_USER=app\nAZURE_POSTGRESQL_PASSWORD=Tr0ub4dor\nAZURE_POSTGRESQL_DATABASE=db\nAZURE_POSTGRESQL_PORT=5432\nAZURE_POSTGRESQL_SSL=true",
                "Azure Service Connector, Node.js",
            ),
            (
                "AZURE_POSTGRESQL_NAME=db\nAZURE_POSTGRESQL_HOST=%H\nAZURE_POSTGRESQL_USER=app",
                "Azure Service Connector, Django",
            ),
            // Quickstarts
            (
                "Server=%H;Username=app;Database=db;Port=5432;Password=Tr0ub4dor;SSLMode=Prefer",
                "Azure quickstart, .NET",
            ),
        ] {
            from(&text.replace("%H", host), name);
        }
    }

    #[test]
    fn other_clouds_and_other_layers_do_not_matter() {
        from(
            "Server=shop.postgres.database.usgovcloudapi.net;Database=db;Port=5432;User Id=app;Password=Tr0ub4dor;Ssl Mode=Require;",
            "Azure portal or CLI (flexible server), ADO.NET",
        );
        from(
            "<add name=\"Default\" connectionString=\"Server=shop.postgres.database.azure.com;Database=db;Port=5432;User Id=app;Password=&quot;Tr0;ub&quot;;Ssl Mode=Require;\" />",
            "Azure portal or CLI (flexible server), ADO.NET",
        );
        from(
            "string c = $\"Server={server}.postgres.database.azure.com;Database={db};Port=5432;User Id={user};Password={password};Ssl Mode=Require;\";",
            "Azure portal or CLI (flexible server), ADO.NET",
        );
    }

    #[test]
    fn what_anybody_could_have_written_is_not_named() {
        let host = "shop.postgres.database.azure.com";
        for text in [
            "postgresql://app:Tr0ub4dor@%H/db?sslmode=require",
            "postgresql://app:Tr0ub4dor@%H:5432/db?sslmode=require",
            "postgres://app%40shop:Tr0ub4dor@%H/postgres?sslmode=require",
            "f\"postgresql://{login}:{password}@%H/{database}?sslmode=require\"",
            "postgresql://app@shop:Tr0ub4dor@%H:5432/db",
            "host=%H port=5432 dbname=db user=app password=Tr0ub4dor",
            "host=%H port=5432 dbname=db user=app@shop password=Tr0ub4dor sslmode=require",
            "host=%H port=5432 dbname=db user=app password={password} sslmode=verify-full",
            "jdbc:postgresql://%H:5432/db?user=app&password=Tr0ub4dor&sslmode=require",
            "jdbc:postgresql://%H:5432/db?sslmode=require&user=app&password=Tr0ub4dor",
            "Host=%H;Database=db;Username=app;Password=Tr0ub4dor;Ssl Mode=Require",
            "Server=%H;Port=5432;Database=db;User Id=app;Password=Tr0ub4dor;Ssl Mode=Require;",
            "Server=%H;Database=db;Port=5432;User Id=app;Password=Tr0ub4dor;Ssl Mode=VerifyFull;Root Certificate=ca.pem;",
            "Server=127.0.0.1;Database=db;Port=5432;User Id=app;Password=Tr0ub4dor;Ssl Mode=Require;",
            "conn = psycopg2.connect(user='app', password='Tr0ub4dor', host='%H', port=5432, database='db')",
            "pg_connect(\"host=%H port=5432 dbname=db user=app password=Tr0ub4dor\");",
            "psql -h %H -p 5432 -U app db",
            "psql --host=%H --port=5432 --username=app --dbname=db",
            "export PGHOST=%H\nexport PGUSER=app\nexport PGPORT=5432\nexport PGDATABASE=postgres\nexport PGPASSWORD=\"Tr0ub4dor\"",
            "DB_HOST=%H\nDB_USER=app\nDB_NAME=db",
            "spring.datasource.url=jdbc:postgresql://%H:5432/db\nspring.datasource.username=app\nspring.datasource.password=Tr0ub4dor",
        ] {
            let text: String = text.replace("%H", host);
            for name in names(&text) {
                assert_eq!(name, "", "{text}");
            }
        }
    }
}
