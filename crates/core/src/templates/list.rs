//! Every template that connlint knows, the more telling before the more general.

use super::{Mark, Quirk, Shape, Template};

/// `az postgres server show-connection-string` and the db-up extension's `az postgres show-connection-string`.
const SINGLE: &str = "Azure/azure-cli src/azure-cli/azure/cli/command_modules/rdbms/custom.py";
/// `az postgres flexible-server show-connection-string`, and what `create` prints.
const FLEXIBLE: &str =
    "Azure/azure-cli 2.91.0 command_modules/postgresql/commands/custom_commands.py";
const POWERSHELL_SINGLE: &str = "Azure/azure-powershell src/PostgreSql/PostgreSql.Autorest/custom/Get-AzPostgreSqlConnectionString.ps1";
const POWERSHELL_FLEXIBLE: &str = "Azure/azure-powershell src/PostgreSql/PostgreSql.Autorest/custom/Get-AzPostgreSqlFlexibleServerConnectionString.ps1";
const PORTAL: &str = "microsoft/vscode-pgsql, user guide: strings of the portal's Connect page";
const CONNECTOR: &str =
    "Microsoft Learn, Service Connector: integrate Azure Database for PostgreSQL";
const QUICKSTART: &str =
    "Microsoft Learn, quickstart: .NET (C#) with Azure Database for PostgreSQL";

const CONNECTIONSTRING: Mark = Mark::Named("AZURE_POSTGRESQL_CONNECTIONSTRING");
const HOST_OF_CONNECTOR: Mark = Mark::Holds("<PostgreSQL-server-name>");
const YOUR_PASSWORD: Mark = Mark::Holds("{your_password}");
const YOUR_DATABASE: Mark = Mark::Holds("{your_database}");

const fn template(
    name: &'static str,
    source: &'static str,
    text: &'static str,
    marks: &'static [Mark],
) -> Template {
    Template {
        name,
        source,
        shape: Shape::Text(text),
        marks,
        quirk: Quirk::None,
    }
}

const fn variables(
    name: &'static str,
    source: &'static str,
    names: &'static [&'static str],
) -> Template {
    Template {
        name,
        source,
        shape: Shape::Variables(names),
        // The names are nobody else's.
        marks: &[Mark::Shape],
        quirk: Quirk::None,
    }
}

impl Template {
    const fn with(self, quirk: Quirk) -> Self {
        Self { quirk, ..self }
    }
}

/// Every template; the first that fits is the one.
pub static TEMPLATES: &[Template] = &[
    // Single Server.
    template(
        "Azure CLI (Single Server), psql",
        SINGLE,
        "postgresql://{user}@{server}:{password}@{host}/{database}?sslmode=require",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (Single Server), server create",
        SINGLE,
        "postgres://{user}%40{server}:{password}@{host}/{database}?sslmode=require",
        &[Mark::Named("connectionString")],
    ),
    template(
        "Azure CLI (Single Server), psql command",
        SINGLE,
        "psql --host={host} --port={port} --username={user}@{server} --dbname={database}",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (Single Server), ADO.NET",
        SINGLE,
        "Server={host};Database={database};Port={port};User Id={user}@{server};Password={password};",
        &[Mark::Shape],
    ),
    template(
        "Azure portal or PowerShell (Single Server), ADO.NET",
        POWERSHELL_SINGLE,
        "Server={host};Database={database};Port={port};User Id={user}@{server};Password={password};Ssl Mode=Require;",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI or PowerShell (Single Server), Web App",
        POWERSHELL_SINGLE,
        "Database={database}; Data Source={host}; User Id={user}[@{server}]; Password={password}",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (Single Server), JDBC",
        SINGLE,
        "jdbc:postgresql://{host}:{port}/{database}?user={user}@{server}&password={password}",
        &[
            Mark::Named("jdbc"),
            Mark::Holds("{username}"),
            Mark::Holds("{login}"),
        ],
    ),
    template(
        "Azure CLI, Spring",
        FLEXIBLE,
        "jdbc:postgresql://{host}:{port}/{database}",
        &[Mark::Holds("  spring.datasource.username=")],
    ),
    template(
        "Azure CLI (Single Server), node-postgres",
        SINGLE,
        "postgres://{user}@{server}:{password}@{host}:{port}/{database}",
        &[Mark::Behind("var client = new pg.Client")],
    ),
    template(
        "Azure CLI (Single Server), PHP",
        SINGLE,
        "host={host} port={port} dbname={database} user={user}@{server} password={password}",
        &[
            Mark::Named("php"),
            Mark::Holds("{username}"),
            Mark::Holds("{login}"),
        ],
    ),
    template(
        "Azure CLI (Single Server), C++",
        SINGLE,
        "host={host} port={port} dbname={database} user={user}@{server} password={password} sslmode=require",
        &[Mark::Named("C++ (libpq)"), Mark::Holds("{username}")],
    ),
    template(
        "Azure CLI (Single Server), psycopg2",
        SINGLE,
        "database='{database}', user='{user}@{server}', host='{host}', password='{password}', port='{port}'",
        &[Mark::Behind("cnx = psycopg2.connect")],
    ),
    template(
        "Azure CLI (Single Server), ruby-pg",
        SINGLE,
        ":host => '{host}', :user => '{user}@{server}', :dbname => '{database}', :port => '{port}', :password => '{password}'",
        &[Mark::Behind("cnx = PG::Connection.new")],
    ),
    // Flexible Server.
    template(
        "Azure CLI (flexible server), server create with Microsoft Entra ID",
        FLEXIBLE,
        "postgresql://{user}:{password}@{host}/{database}?sslmode=require",
        &[
            Mark::Holds("<access-token>"),
            Mark::Named("connectionStringMicrosoftEntra"),
        ],
    ),
    template(
        "Azure CLI (flexible server), psql",
        FLEXIBLE,
        "postgresql://{user}:{password}@{host}/{database}?sslmode=require",
        &[Mark::Named("psql_cmd"), Mark::Holds("{login}")],
    ).with(Quirk::NoPort),
    template(
        "Azure CLI (flexible server), server create",
        FLEXIBLE,
        "postgresql://{user}:{password}@{host}/{database}?sslmode=require",
        &[Mark::Named("connectionString")],
    ),
    template(
        "Azure portal or CLI (flexible server), ADO.NET",
        FLEXIBLE,
        "Server={host};Database={database};Port={port};User Id={user};Password={password};Ssl Mode=Require;",
        &[Mark::Shape],
    ),
    template(
        "Azure PowerShell or documentation (flexible server), ADO.NET",
        POWERSHELL_FLEXIBLE,
        "Server={host};Database={database};Port={port};User Id={user};Password={password};",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (flexible server), JDBC",
        FLEXIBLE,
        "jdbc:postgresql://{host}:{port}/{database}?user={user}&password={password}&sslmode=require",
        &[Mark::Named("jdbc"), Mark::Holds("{login}")],
    ),
    template(
        "Azure PowerShell (flexible server), JDBC",
        POWERSHELL_FLEXIBLE,
        "jdbc:postgresql://{host}:{port}/{database}?user={user}&password={password}&",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (flexible server), node-postgres",
        FLEXIBLE,
        "{host:'{host}', user:'{user}', password:'{password}', database:'{database}', port:{port}, ssl:{ca:fs.readFileSync(\"{ca}\")}",
        &[Mark::Shape],
    ),
    template(
        "Azure CLI (flexible server), PHP",
        FLEXIBLE,
        "host={host} port={port} dbname={database} user={user} password={password}",
        &[
            Mark::Named("php"),
            Mark::Behind("\"php\": \"pg_connect"),
            Mark::Holds("{login}"),
        ],
    ),
    template(
        "Azure CLI (flexible server), psycopg2",
        FLEXIBLE,
        "user='{user}', password='{password}', host='{host}', port={port}, database='{database}'",
        &[Mark::Behind("cnx = psycopg2.connect")],
    ),
    template(
        "Azure CLI (flexible server), ruby-pg",
        FLEXIBLE,
        "user => \"{user}\", password => \"{password}\", database => \"{database}\", host => \"{host}\", port => '{port}'",
        &[Mark::Shape],
    ),
    // The portal and PowerShell, both products.
    template(
        "Azure portal or PowerShell, keyword/value",
        POWERSHELL_SINGLE,
        "host={host} port={port} dbname={database} user={user}[@{server}] password={password}[ sslmode=require]",
        &[YOUR_PASSWORD, YOUR_DATABASE],
    ),
    template(
        "Azure portal or PowerShell, JDBC",
        PORTAL,
        "jdbc:postgresql://{host}:{port}/{database}?user={user}[@{server}]&password={password}[&sslmode=require]",
        &[YOUR_PASSWORD, YOUR_DATABASE],
    ),
    template(
        "Azure portal or PowerShell, psycopg2",
        POWERSHELL_SINGLE,
        "dbname='{database}' user='{user}[@{server}]' host='{host}' password={password} port='{port}'[ sslmode='true'][ sslmode='require']",
        &[Mark::Shape],
    ),
    template(
        "Azure portal or PowerShell, ruby-pg",
        POWERSHELL_SINGLE,
        "host={host}; dbname={database} user={user}[@{server}] password={password} port={port}[ sslmode=require]",
        &[Mark::Shape],
    ),
    template(
        "Azure portal (flexible server), connection details",
        PORTAL,
        "export PGHOST={host}\nexport PGUSER={user}\nexport PGPORT={port}\nexport PGDATABASE={database}\nexport PGPASSWORD=\"{password}\"",
        &[
            Mark::Holds("{your-password}"),
            Mark::Holds("az account get-access-token --resource https://ossrdbms-aad.database."),
        ],
    ),
    // Service Connector.
    template(
        "Azure Service Connector, .NET",
        CONNECTOR,
        "Server={host};Database={database};Port={port};Ssl Mode=Require;User Id={user}[@{server}];[Password={password};]",
        &[Mark::Shape],
    ).with(Quirk::Token),
    template(
        "Azure Service Connector, Go",
        CONNECTOR,
        "host={host} dbname={database} sslmode=require user={user}[@{server}][ password={password}]",
        &[CONNECTIONSTRING, HOST_OF_CONNECTOR],
    ).with(Quirk::Token),
    template(
        "Azure Service Connector, PHP or Ruby",
        CONNECTOR,
        "host={host} port={port} dbname={database} sslmode=require user={user}[@{server}][ password={password}]",
        &[CONNECTIONSTRING, HOST_OF_CONNECTOR],
    ).with(Quirk::Token),
    template(
        "Azure Service Connector, psycopg2",
        CONNECTOR,
        "dbname={database} host={host} port={port} sslmode=require user={user}[@{server}][ password={password}]",
        &[CONNECTIONSTRING, HOST_OF_CONNECTOR],
    ).with(Quirk::Token),
    template(
        "Azure Service Connector, JDBC",
        CONNECTOR,
        "jdbc:postgresql://{host}:{port}/{database}?sslmode=require&user={user}[%40{server}][&password={password}]",
        &[CONNECTIONSTRING, HOST_OF_CONNECTOR],
    ).with(Quirk::Token),
    variables(
        "Azure Service Connector, Node.js",
        CONNECTOR,
        &[
            "AZURE_POSTGRESQL_HOST",
            "AZURE_POSTGRESQL_USER",
            "AZURE_POSTGRESQL_DATABASE",
        ],
    ).with(Quirk::Token),
    variables(
        "Azure Service Connector, Django",
        CONNECTOR,
        &[
            "AZURE_POSTGRESQL_NAME",
            "AZURE_POSTGRESQL_HOST",
            "AZURE_POSTGRESQL_USER",
        ],
    ).with(Quirk::Token),
    // Documentation.
    template(
        "Azure quickstart, .NET",
        QUICKSTART,
        "Server={host};Username={user};Database={database};Port={port};Password={password};SSLMode=Prefer",
        &[Mark::Shape],
    ),
];
