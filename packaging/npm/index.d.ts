/**
 * Checks PostgreSQL connection strings: what `connlint --format json` says, as objects.
 *
 * Nothing is sent anywhere. No report holds a password; only the text that `convert` writes has the user's own in it.
 */

/** The product that a string is for. */
export type Target =
  | "auto"
  | "azure-single"
  | "azure-flexible"
  | "azure-cosmos"
  | "azure-horizon"
  | "postgres";

/** The client library that will read a string. */
export type Driver =
  | "auto"
  | "libpq"
  | "psycopg"
  | "asyncpg"
  | "sqlalchemy"
  | "django"
  | "npgsql"
  | "pgjdbc"
  | "r2dbc"
  | "node-postgres"
  | "postgres.js"
  | "prisma"
  | "pgx"
  | "lib/pq"
  | "tokio-postgres"
  | "sqlx"
  | "ruby-pg"
  | "php-pgsql"
  | "php-pdo"
  | "psqlodbc"
  | "ecto";

/** The grammar that a string is written in. */
export type Dialect =
  | "libpq-uri"
  | "libpq-kv"
  | "ado.net"
  | "jdbc-url"
  | "r2dbc-url"
  | "sqlalchemy-url"
  | "prisma-url"
  | "node-url"
  | "node-object"
  | "python-kwargs"
  | "django-dict"
  | "go-url"
  | "go-kv"
  | "pdo-dsn"
  | "php-kv"
  | "odbc"
  | "psql-command"
  | "pg-env"
  | "service-file"
  | "pgpass"
  | "ruby-hash"
  | "activerecord-yaml"
  | "spring-properties"
  | "webapp";

/** What the text of a string is wrapped in. */
export type Layer =
  | "plain"
  | "dotenv"
  | "shell"
  | "json"
  | "yaml"
  | "toml"
  | "ini"
  | "docker-compose"
  | "kubernetes-secret"
  | "xml"
  | "source-code";

/** What kind of failure an error message tells of. */
export type Category =
  | "dns-not-found"
  | "dns-temporary"
  | "tcp-timeout"
  | "tcp-refused"
  | "server-unreachable"
  | "server-firewall"
  | "tls-required"
  | "tls-unsupported-by-server"
  | "tls-cert-untrusted"
  | "tls-hostname-mismatch"
  | "username-format"
  | "user-unknown"
  | "password-wrong"
  | "token-expired"
  | "token-invalid"
  | "database-missing"
  | "permission-denied"
  | "too-many-connections"
  | "server-starting-or-stopping"
  | "admin-shutdown"
  | "connection-dropped"
  | "client-parse-error"
  | "not-postgres"
  | "other";

export type Severity = "error" | "warning" | "info";
export type Certainty = "certain" | "likely" | "depends";
export type Persistence = "transient" | "persistent" | "depends";
export type PasswordState = "present" | "absent" | "placeholder" | "empty";

/** How far a fix may be trusted: same meaning, another meaning, or only a hint. */
export type Applicability = "safe" | "unsafe" | "display-only";

/**
 * A place in the text: UTF-8 byte offsets, `end` exclusive.
 * `utf16Offset` gives what `String.prototype.slice` takes.
 */
export interface Span {
  start: number;
  end: number;
}

/** The settings of `connlint.toml`, see docs/configuration.md. A name that does not exist is an error. */
export interface Settings {
  target?: Target;
  driver?: Driver;
  /** Only these rules: groups, codes or names. */
  select?: string[];
  /** Not these. */
  ignore?: string[];
  /** By group or code. */
  severity?: Record<string, Severity | "off">;
  /** What every string has to keep. */
  policy?: {
    /** Names, or a dot and a suffix. */
    hosts?: string[];
    tls?: "encrypted" | "verify-ca" | "verify-full";
    keywords?: string[];
  };
}

export interface Host {
  host: string | null;
  port: number | null;
}

export interface Edit {
  span: Span;
  /** Already escaped for what the string is wrapped in. */
  text: string;
}

export interface Fix {
  title: string;
  applicability: Applicability;
  edits: Edit[];
}

export interface Diagnostic {
  code: string;
  name: string;
  severity: Severity;
  certainty: Certainty;
  message: string;
  help: string;
  span: Span;
  related: { span: Span; message: string }[];
  fixes: Fix[];
  docs: string;
}

/** A connection string that was found in the text. */
export interface FoundString {
  span: Span;
  layer: Layer;
  dialect: Dialect;
  driver: Driver;
  target: Target;
  /** The tool that has handed the string out, where that is evident. */
  template?: string;
  /** What the intended driver sees in the text as it stands. */
  settings: {
    hosts: Host[];
    user: string | null;
    database: string | null;
    sslmode: string | null;
    password: PasswordState;
  };
  /** The error that the intended driver gives for this text. */
  refused_by_driver: string | null;
  diagnostics: Diagnostic[];
}

export interface LintReport {
  schema: 1;
  tool: { name: "connlint"; version: string };
  inputs: {
    path: string;
    /** How many findings the text's own comments silence, if there are any. */
    suppressed?: number;
    strings: FoundString[];
  }[];
}

/** What one driver, in some of its versions, does with the string. */
export interface Reading {
  driver: Driver;
  versions: string;
  outcome: "accepted" | "refused" | "not-applicable";
  /** The driver's own text, secrets masked. */
  error: string | null;
  hosts: Host[];
  user: string | null;
  database: string | null;
  password: PasswordState;
  tls: {
    encrypted: "always" | "if-offered" | "if-required" | "never";
    chain: boolean;
    host_name: boolean;
    roots: string | null;
  } | null;
  ignored: string[];
  sent_to_server: string[];
  notes: string[];
  source: string;
}

export interface ReadingsReport {
  readings: Reading[];
}

export interface ConvertReport {
  schema: 1;
  converted: {
    from: Dialect;
    to: Dialect;
    span: Span;
    /** With the user's own password in it. */
    text: string;
    losses: {
      keyword: string;
      kind: "dropped" | "changed" | "needs-code";
      note: string;
      span: Span | null;
    }[];
  }[];
}

export interface TriageReport {
  category: Category;
  persistence: Persistence;
  certainty: Certainty;
  code: string | null;
  name: string | null;
  sqlstate: string | null;
  client: Driver | null;
  points_at: "host" | "port" | "user" | "password" | "database" | "sslmode" | "none";
  /** Where the text says it. */
  span: Span | null;
  /** Where the string beside it has the part that it points at. */
  place: Span | null;
  /** Codes of findings in that string that lead to the failure. */
  explained_by: string[];
  count: number;
  summary: string;
  evidence: {
    client_ip: string | null;
    server_ip: string | null;
    host: string | null;
    port: number | null;
    user: string | null;
    database: string | null;
    encrypted: boolean | null;
  };
  steps: {
    text: string;
    command: string | null;
    alternatives: { title: string; text: string }[];
    source: string;
  }[];
  retry: {
    first_wait_s: number;
    max_wait_s: number;
    max_tries: number;
    escalate_after_s: number;
    writes: string | null;
    code: { language: string; needs: string; text: string } | null;
  } | null;
  others: {
    code: string;
    name: string;
    category: Category;
    persistence: Persistence;
    summary: string;
    span: Span;
    count: number;
  }[];
  timeline: {
    points: { time: string; code: string }[];
    outages: { first: string; last: string; seconds: number; count: number; code: string }[];
    longest_s: number;
    most_in_a_day: number;
    utc: boolean;
    dated: boolean;
    too_long: boolean;
    too_often: boolean;
    words: string;
  } | null;
  docs: string | null;
}

/** What is wrong with the connection strings in `text`. */
export function lint(text: string, settings?: Settings): LintReport;

/** What each driver does with the connection string in `text`. */
export function readings(text: string, settings?: Settings): ReadingsReport;

/**
 * The connection strings in `text`, written in another dialect, with what is lost on the way.
 * @throws {Error} when a string cannot be converted; the message says why
 */
export function convert(text: string, to: Dialect, settings?: Settings): ConvertReport;

/** Why a connection failed, from the error message in `text`, with or without the string beside it. */
export function triage(text: string, settings?: Settings): TriageReport;

/** The place in a JavaScript string that a report's byte offset means. */
export function utf16Offset(text: string, byteOffset: number): number;

/** `text` after the edits of a fix. */
export function applyEdits(text: string, edits: readonly Edit[]): string;
