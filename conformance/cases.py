#!/usr/bin/env python3
"""Writes the inputs that every driver is asked about: cases/*.jsonl, one object a line.

    python3 conformance/cases.py            write the files
    python3 conformance/cases.py --check    fail when a file is not what this script writes

An identifier never changes its meaning: to change an input, take a new identifier. All
passwords here are invented. Host names are of one letter or end in .invalid or .example; nothing
in this folder looks them up.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent

# What a character is called in an identifier. Every ASCII punctuation mark, the blanks, what
# percent-decoding is about, and text outside ASCII.
CHARACTERS = {
    "exclamation": "!", "double-quote": '"', "hash": "#", "dollar": "$", "percent": "%",
    "ampersand": "&", "single-quote": "'", "left-paren": "(", "right-paren": ")", "asterisk": "*",
    "plus": "+", "comma": ",", "hyphen": "-", "dot": ".", "slash": "/", "colon": ":",
    "semicolon": ";", "less": "<", "equals": "=", "greater": ">", "question": "?", "at": "@",
    "left-bracket": "[", "backslash": "\\", "right-bracket": "]", "caret": "^", "underscore": "_",
    "backtick": "`", "left-brace": "{", "bar": "|", "right-brace": "}", "tilde": "~",
    "blank": " ", "tab": "\t", "newline": "\n",
    "encoded-letter": "%41", "encoded-slash": "%2F", "encoded-at": "%40", "encoded-blank": "%20",
    "bad-encoding": "%zz", "encoded-nul": "%00", "encoded-ff": "%FF", "encoded-utf8": "%C3%A9",
    "e-acute": "\u00e9", "emoji": "\U0001f600", "no-break-space": "\u00a0",
}

SSLMODES = {
    "disable": "disable", "allow": "allow", "prefer": "prefer", "require": "require",
    "verify-ca": "verify-ca", "verify-full": "verify-full",
    "capital-require": "Require", "upper-require": "REQUIRE", "capital-disable": "Disable",
    "upper-prefer": "PREFER", "camel-verify-full": "VerifyFull", "camel-verify-ca": "VerifyCA",
    "underscore-verify-full": "verify_full", "glued-verify-full": "verifyfull",
    "required": "required", "none": "none", "true": "true", "one": "1", "zero": "0", "three": "3",
    "no-verify": "no-verify", "empty": "", "blank-after": "require%20",
}


class Cases:
    """The cases of one dialect, in the order in which they are added."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.lines = {}

    def add(self, name, text):
        if name in self.lines:
            raise SystemExit(f"{self.dialect}: {name} is there twice")
        self.lines[name] = text

    def each(self, prefix, texts):
        for name, text in texts.items():
            self.add(f"{prefix}-{name}", text)

    def text(self):
        short = self.dialect.replace(".", "")
        return "".join(
            json.dumps({"id": f"{short}/{name}", "dialect": self.dialect, "input": text},
                       ensure_ascii=False) + "\n"
            for name, text in self.lines.items()
        )


def libpq_uri():
    cases = Cases("libpq-uri")
    cases.each("part", {
        "all": "postgresql://ann:Kestrel7@h:5432/db",
        "short-scheme": "postgres://ann:Kestrel7@h:5432/db",
        "no-port": "postgresql://ann:Kestrel7@h/db",
        "no-password": "postgresql://ann@h:5432/db",
        "no-user": "postgresql://h:5432/db",
        "no-database": "postgresql://ann:Kestrel7@h:5432",
        "no-database-slash": "postgresql://ann:Kestrel7@h:5432/",
        "host-only": "postgresql://h",
        "host-slash": "postgresql://h/",
        "database-only": "postgresql:///db",
        "nothing": "postgresql://",
        "nothing-slash": "postgresql:///",
        "user-only": "postgresql://ann@",
        "user-slash-db": "postgresql://ann@/db",
        "user-password-no-host": "postgresql://ann:Kestrel7@/db",
        "port-only": "postgresql://:5433/db",
        "user-port-no-host": "postgresql://ann@:5433/db",
        "empty-user": "postgresql://:Kestrel7@h/db",
        "empty-password": "postgresql://ann:@h/db",
        "empty-user-and-password": "postgresql://:@h/db",
        "empty-port": "postgresql://ann:Kestrel7@h:/db",
        "query-only": "postgresql://?host=h&dbname=db",
        "query-after-host": "postgresql://h?user=ann&dbname=db",
        "query-after-slash": "postgresql://h/?user=ann",
        "query-empty": "postgresql://ann:Kestrel7@h/db?",
        "one-slash": "postgresql:/h/db",
        "no-slash": "postgresql:h/db",
        "scheme-only": "postgresql:",
        "database-two-segments": "postgresql://ann:Kestrel7@h/db/more",
        "database-slash-at-end": "postgresql://ann:Kestrel7@h/db/",
        "database-slashes": "postgresql://ann:Kestrel7@h//db",
    })
    cases.each("scheme", {
        "upper": "POSTGRESQL://ann:Kestrel7@h/db",
        "mixed": "Postgres://ann:Kestrel7@h/db",
        "pgsql": "pgsql://ann:Kestrel7@h/db",
        "psql": "psql://ann:Kestrel7@h/db",
        "postgis": "postgis://ann:Kestrel7@h/db",
        "http": "http://ann:Kestrel7@h/db",
        "mysql": "mysql://ann:Kestrel7@h/db",
        "none": "ann:Kestrel7@h:5432/db",
        "none-slashes": "//ann:Kestrel7@h:5432/db",
        "jdbc": "jdbc:postgresql://h:5432/db?user=ann&password=Kestrel7",
        "sqlalchemy": "postgresql+psycopg2://ann:Kestrel7@h:5432/db",
        "key-value": "host=h port=5432 dbname=db user=ann password=Kestrel7",
        "ado": "Server=h;Port=5432;Database=db;User Id=ann;Password=Kestrel7;",
        "word": "db",
        "empty": "",
    })
    cases.each("around", {
        "blank-before": " postgresql://ann:Kestrel7@h/db",
        "tab-before": "\tpostgresql://ann:Kestrel7@h/db",
        "newline-before": "\npostgresql://ann:Kestrel7@h/db",
        "byte-order-mark": "\ufeffpostgresql://ann:Kestrel7@h/db",
        "blank-after": "postgresql://ann:Kestrel7@h/db ",
        "newline-after": "postgresql://ann:Kestrel7@h/db\n",
        "carriage-return-after": "postgresql://ann:Kestrel7@h/db\r\n",
        "newline-after-query": "postgresql://ann:Kestrel7@h/db?sslmode=require\n",
        "blank-after-query": "postgresql://ann:Kestrel7@h/db?sslmode=require ",
        "semicolon-after": "postgresql://ann:Kestrel7@h/db;",
        "double-quotes": '"postgresql://ann:Kestrel7@h/db"',
        "single-quotes": "'postgresql://ann:Kestrel7@h/db'",
        "angle-brackets": "<postgresql://ann:Kestrel7@h/db>",
        "wrapped-line": "postgresql://ann:Kestrel7@h:5432/\ndb?sslmode=require",
        "wrapped-line-in-query": "postgresql://ann:Kestrel7@h:5432/db?sslmode=\nrequire",
        "zero-width-space": "postgresql://ann:Kestrel7@h\u200b/db",
        "smart-quote-in-password": "postgresql://ann:Kestrel\u20197@h/db",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"user-{name}", f"postgresql://an{character}na:Kestrel7@h:5432/db")
        cases.add(f"password-{name}", f"postgresql://ann:Kes{character}trel7@h:5432/db")
        cases.add(f"host-{name}", f"postgresql://ann:Kestrel7@ho{character}st:5432/db")
        cases.add(f"database-{name}", f"postgresql://ann:Kestrel7@h:5432/da{character}ta")
        cases.add(f"value-{name}",
                  f"postgresql://ann:Kestrel7@h:5432/db?application_name=ap{character}ply")
        cases.add(f"key-{name}",
                  f"postgresql://ann:Kestrel7@h:5432/db?application{character}name=apply")
    cases.each("password", {
        "percent-at-end": "postgresql://ann:Kestrel7%@h/db",
        "percent-one-digit": "postgresql://ann:Kestrel7%4@h/db",
        "two-at": "postgresql://ann:Kes@tr@el7@h/db",
        "at-then-slash": "postgresql://ann:Kes@tr/el7@h/db",
        "slash-then-at": "postgresql://ann:Kes/tr@el7@h/db",
        "colon-and-at": "postgresql://ann:Kes:tr@el7@h/db",
        "hash-at-end": "postgresql://ann:Kestrel7#@h/db",
        "encoded-all": "postgresql://ann:%4B%65%73%23%2F%3F%40%3A%25@h/db",
        "encoded-lower": "postgresql://ann:kes%2ftrel%3f7@h/db",
        "double-encoded": "postgresql://ann:Kes%2540trel7@h/db",
        "blank-and-encoded": "postgresql://ann:Kes trel%2F7@h/db",
        "encoded-bad-utf8": "postgresql://ann:Kes%C3trel7@h/db",
        "number": "postgresql://ann:12345@h/db",
        "word-true": "postgresql://ann:true@h/db",
        "word-null": "postgresql://ann:null@h/db",
        "leading-zeros": "postgresql://ann:007@h/db",
        "blank-at-ends": "postgresql://ann: Kestrel7 @h/db",
        "long": "postgresql://ann:" + "Kestrel7" * 64 + "@h/db",
    })
    cases.each("azure", {
        "user-at-server": "postgresql://ann@srv:Kestrel7@srv.postgres.database.example:5432/db",
        "user-encoded-at-server": "postgresql://ann%40srv:Kestrel7@srv.postgres.database.example:5432/db",
        "user-at-server-no-password": "postgresql://ann@srv@srv.postgres.database.example/db",
        "flexible": "postgresql://ann:Kestrel7@srv.postgres.database.example:5432/postgres?sslmode=require",
        "flexible-no-port": "postgresql://ann:Kestrel7@srv.postgres.database.example/postgres?sslmode=require",
        "pgbouncer-port": "postgresql://ann:Kestrel7@srv.postgres.database.example:6432/postgres?sslmode=require",
        "placeholder-braces": "postgresql://ann:{your_password}@srv.postgres.database.example:5432/postgres?sslmode=require",
        "placeholder-password-word": "postgresql://ann:{password}@srv.postgres.database.example/{database}?sslmode=require",
        "placeholder-angle": "postgresql://<user>:<password>@<server>.postgres.database.example:5432/<database>?sslmode=require",
        "placeholder-square": "postgresql://[user]:[YOUR-PASSWORD]@srv.postgres.database.example:5432/postgres",
        "placeholder-dollar": "postgresql://${DB_USER}:${DB_PASSWORD}@${DB_HOST}:5432/${DB_NAME}",
        "placeholder-stars": "postgresql://ann:****@srv.postgres.database.example:5432/postgres",
        "entra-guest-raw": "postgresql://ann_corp.example#EXT#@tenant.example:token@srv.postgres.database.example/postgres",
        "entra-guest-encoded": "postgresql://ann_corp.example%23EXT%23%40tenant.example:token@srv.postgres.database.example/postgres?sslmode=require",
        "user-in-query": "postgresql://srv.postgres.database.example/postgres?user=ann@srv&password=Kestrel7&sslmode=require",
        "user-in-query-no-slash": "postgresql://srv.postgres.database.example?user=ann@srv&password=Kestrel7",
        "ampersand-for-question": "postgresql://ann:Kestrel7@srv.postgres.database.example:5432/postgres&sslmode=require",
    })
    cases.each("host", {
        "two-with-ports": "postgresql://ann:Kestrel7@h1:5432,h2:5433/db",
        "two-one-port": "postgresql://ann:Kestrel7@h1,h2:5433/db",
        "two-first-port": "postgresql://ann:Kestrel7@h1:5433,h2/db",
        "two-no-ports": "postgresql://ann:Kestrel7@h1,h2/db",
        "three": "postgresql://ann:Kestrel7@h1:5432,h2:5433,h3:5434/db?target_session_attrs=read-write",
        "empty-second": "postgresql://ann:Kestrel7@h1,/db",
        "empty-first": "postgresql://ann:Kestrel7@,h2/db",
        "only-comma": "postgresql://ann:Kestrel7@,/db",
        "ports-only": "postgresql://ann:Kestrel7@:5432,:5433/db",
        "two-with-addresses": "postgresql://ann:Kestrel7@192.0.2.1:5432,192.0.2.2:5432/db",
        "in-query-list": "postgresql://ann:Kestrel7@/db?host=h1,h2&port=5432,5433",
        "in-query-list-one-port": "postgresql://ann:Kestrel7@/db?host=h1,h2&port=5433",
        "in-query-count-mismatch": "postgresql://ann:Kestrel7@/db?host=h1,h2,h3&port=5432,5433",
        "in-query-twice": "postgresql://ann:Kestrel7@/db?host=h1&host=h2",
        "in-query-with-port": "postgresql://ann:Kestrel7@/db?host=h1:5433",
        "sqlalchemy-list": "postgresql://ann:Kestrel7@/db?host=h1:5432&host=h2:5433",
        "ipv4": "postgresql://ann:Kestrel7@192.0.2.7:5432/db",
        "ipv6": "postgresql://ann:Kestrel7@[2001:db8::1]:5433/db",
        "ipv6-no-port": "postgresql://ann:Kestrel7@[2001:db8::1]/db",
        "ipv6-loopback": "postgresql://ann:Kestrel7@[::1]/db",
        "ipv6-bare": "postgresql://ann:Kestrel7@2001:db8::1/db",
        "ipv6-zone": "postgresql://ann:Kestrel7@[fe80::1%25eth0]:5433/db",
        "ipv6-zone-raw": "postgresql://ann:Kestrel7@[fe80::1%eth0]:5433/db",
        "ipv6-empty": "postgresql://ann:Kestrel7@[]:5433/db",
        "ipv6-unclosed": "postgresql://ann:Kestrel7@[::1",
        "ipv6-unclosed-db": "postgresql://ann:Kestrel7@[::1/db",
        "ipv6-text-after": "postgresql://ann:Kestrel7@[::1]z/db",
        "ipv6-list": "postgresql://ann:Kestrel7@[::1]:5432,[::2]:5433/db",
        "name-in-brackets": "postgresql://ann:Kestrel7@[h]/db",
        "name-in-brackets-no-user": "postgresql://[h]",
        "upper": "postgresql://ann:Kestrel7@HOST.Example/db",
        "international": "postgresql://ann:Kestrel7@b\u00fccher.example/db",
        "trailing-dot": "postgresql://ann:Kestrel7@h.example./db",
        "decimal-address": "postgresql://ann:Kestrel7@3221225991/db",
        "octal-address": "postgresql://ann:Kestrel7@0300.0.2.7/db",
        "socket-encoded": "postgresql://ann:Kestrel7@%2Fvar%2Frun%2Fpostgresql/db",
        "socket-encoded-lower": "postgresql://ann:Kestrel7@%2fvar%2frun%2fpostgresql/db",
        "socket-encoded-port": "postgresql://ann:Kestrel7@%2Fvar%2Frun%2Fpostgresql:5433/db",
        "socket-in-query": "postgresql:///db?host=/var/run/postgresql",
        "socket-in-query-user": "postgresql://ann:Kestrel7@/db?host=/var/run/postgresql&port=5433",
        "socket-in-query-localhost": "postgresql://ann:Kestrel7@localhost/db?host=/var/run/postgresql",
        "socket-in-query-encoded": "postgresql:///db?host=%2Fvar%2Frun%2Fpostgresql",
        "abstract-socket": "postgresql:///db?host=@pg",
        "hostaddr": "postgresql://h/db?hostaddr=192.0.2.7",
        "hostaddr-only": "postgresql:///db?hostaddr=192.0.2.7",
        "is-uri": "postgresql://postgresql://ann:Kestrel7@h/db",
    })
    cases.each("port", {
        "zero": "postgresql://ann:Kestrel7@h:0/db",
        "one": "postgresql://ann:Kestrel7@h:1/db",
        "last": "postgresql://ann:Kestrel7@h:65535/db",
        "too-large": "postgresql://ann:Kestrel7@h:65536/db",
        "huge": "postgresql://ann:Kestrel7@h:99999999999999999999/db",
        "negative": "postgresql://ann:Kestrel7@h:-1/db",
        "signed": "postgresql://ann:Kestrel7@h:+5432/db",
        "word": "postgresql://ann:Kestrel7@h:port/db",
        "number-then-word": "postgresql://ann:Kestrel7@h:5432x/db",
        "hex": "postgresql://ann:Kestrel7@h:0x1538/db",
        "leading-zeros": "postgresql://ann:Kestrel7@h:005432/db",
        "encoded": "postgresql://ann:Kestrel7@h:%35432/db",
        "blank-after": "postgresql://ann:Kestrel7@h:5432 /db",
        "twice": "postgresql://ann:Kestrel7@h:5432:5433/db",
        "in-query": "postgresql://ann:Kestrel7@h/db?port=5433",
        "in-query-bad": "postgresql://ann:Kestrel7@h/db?port=abc",
        "in-query-blanks": "postgresql://ann:Kestrel7@h/db?port=%205433%20",
        "in-query-empty": "postgresql://ann:Kestrel7@h:5433/db?port=",
    })
    cases.each("query", {
        "override-all": "postgresql://ann:Kestrel7@h:5432/db?host=h2&port=6000&user=bob&password=Osprey8&dbname=other",
        "override-host": "postgresql://ann:Kestrel7@h:5432/db?host=h2",
        "override-user": "postgresql://ann:Kestrel7@h:5432/db?user=bob",
        "override-password": "postgresql://ann:Kestrel7@h:5432/db?password=Osprey8",
        "override-dbname": "postgresql://ann:Kestrel7@h:5432/db?dbname=other",
        "override-database": "postgresql://ann:Kestrel7@h:5432/db?database=other",
        "username": "postgresql://h:5432/db?username=bob",
        "user-password-only": "postgresql://h:5432/db?user=ann&password=Kestrel7",
        "password-encoded": "postgresql://h/db?user=ann&password=Kes%26tr%3Del%2B7",
        "password-plus": "postgresql://h/db?user=ann&password=Kes+trel7",
        "password-at": "postgresql://h/db?user=ann&password=Kes@trel7",
        "dbname-is-uri": "postgresql://h/db?dbname=postgresql://h2/other",
        "duplicate": "postgresql://ann:Kestrel7@h/db?sslmode=disable&sslmode=require",
        "duplicate-application-name": "postgresql://ann:Kestrel7@h/db?application_name=one&application_name=two",
        "trailing-ampersand": "postgresql://ann:Kestrel7@h/db?sslmode=require&",
        "leading-ampersand": "postgresql://ann:Kestrel7@h/db?&sslmode=require",
        "double-ampersand": "postgresql://ann:Kestrel7@h/db?sslmode=require&&application_name=app",
        "semicolon-separator": "postgresql://ann:Kestrel7@h/db?sslmode=require;application_name=app",
        "second-question": "postgresql://ann:Kestrel7@h/db?sslmode=require?application_name=app",
        "comma-separator": "postgresql://ann:Kestrel7@h/db?sslmode=require,application_name=app",
        "html-ampersand": "postgresql://ann:Kestrel7@h/db?sslmode=require&amp;application_name=app",
        "no-value": "postgresql://ann:Kestrel7@h/db?sslmode",
        "empty-value": "postgresql://ann:Kestrel7@h/db?application_name=",
        "empty-key": "postgresql://ann:Kestrel7@h/db?=app",
        "two-equals": "postgresql://ann:Kestrel7@h/db?application_name=a=b",
        "encoded-key": "postgresql://ann:Kestrel7@h/db?application%5Fname=app",
        "encoded-equals": "postgresql://ann:Kestrel7@h/db?options=-c%20search_path%3Dapp",
        "options-raw": "postgresql://ann:Kestrel7@h/db?options=-c search_path=app",
        "options-plus": "postgresql://ann:Kestrel7@h/db?options=-c+search_path%3Dapp",
        "options-two": "postgresql://ann:Kestrel7@h/db?options=-c%20search_path%3Dapp%20-c%20statement_timeout%3D5s",
        "blank-in-value": "postgresql://ann:Kestrel7@h/db?application_name=my app",
        "blank-around-equals": "postgresql://ann:Kestrel7@h/db?application_name = app",
        "fragment": "postgresql://ann:Kestrel7@h/db#part",
        "fragment-after-query": "postgresql://ann:Kestrel7@h/db?application_name=app#part",
        "unknown-key": "postgresql://ann:Kestrel7@h/db?colour=blue",
        "upper-key": "postgresql://ann:Kestrel7@h/db?SSLMODE=require",
        "camel-key": "postgresql://ann:Kestrel7@h/db?sslMode=require",
        "ssl-mode-hyphen": "postgresql://ann:Kestrel7@h/db?ssl-mode=require",
        "ssl-mode-blank": "postgresql://ann:Kestrel7@h/db?ssl%20mode=require",
        "connect-timeout": "postgresql://ann:Kestrel7@h/db?connect_timeout=10",
        "connect-timeout-word": "postgresql://ann:Kestrel7@h/db?connect_timeout=ten",
        "connect-timeout-unit": "postgresql://ann:Kestrel7@h/db?connect_timeout=10s",
        "connect-timeout-negative": "postgresql://ann:Kestrel7@h/db?connect_timeout=-1",
        "connect-timeout-fraction": "postgresql://ann:Kestrel7@h/db?connect_timeout=1.5",
        "keepalives": "postgresql://ann:Kestrel7@h/db?keepalives=1&keepalives_idle=30&keepalives_interval=10&keepalives_count=5",
        "tcp-user-timeout": "postgresql://ann:Kestrel7@h/db?tcp_user_timeout=10000",
        "client-encoding": "postgresql://ann:Kestrel7@h/db?client_encoding=UTF8",
        "search-path": "postgresql://ann:Kestrel7@h/db?search_path=app",
        "statement-timeout": "postgresql://ann:Kestrel7@h/db?statement_timeout=5000",
        "timezone": "postgresql://ann:Kestrel7@h/db?TimeZone=UTC",
        "service": "postgresql:///?service=nosuch",
        "passfile": "postgresql://ann@h/db?passfile=/nonexistent/pgpass",
        "replication": "postgresql://ann:Kestrel7@h/db?replication=database",
        "gssencmode": "postgresql://ann:Kestrel7@h/db?gssencmode=disable",
        "fallback-application-name": "postgresql://ann:Kestrel7@h/db?fallback_application_name=app",
        "requiressl": "postgresql://ann:Kestrel7@h/db?requiressl=1",
        "schema": "postgresql://ann:Kestrel7@h/db?schema=public",
        "prisma": "postgresql://ann:Kestrel7@h/db?schema=public&connection_limit=5&pool_timeout=10&pgbouncer=true",
        "prisma-tls": "postgresql://ann:Kestrel7@h/db?sslmode=require&sslaccept=strict&sslcert=ca.pem",
        "pgbouncer": "postgresql://ann:Kestrel7@h:6432/db?pgbouncer=true",
        "pool-max-conns": "postgresql://ann:Kestrel7@h/db?pool_max_conns=10",
        "default-query-exec-mode": "postgresql://ann:Kestrel7@h/db?default_query_exec_mode=simple_protocol",
        "server-version": "postgresql://ann:Kestrel7@h/db?serverVersion=16&charset=utf8",
        "statement-cache-capacity": "postgresql://ann:Kestrel7@h/db?statement-cache-capacity=50",
        "prepared-statements": "postgresql://ann:Kestrel7@h/db?prepared_statements=false&pool=5",
        "jit-number": "postgresql://ann:Kestrel7@h/db?jit=off&max=5",
    })
    for name, value in SSLMODES.items():
        cases.add(f"sslmode-{name}", f"postgresql://ann:Kestrel7@h/db?sslmode={value}")
    for value in ("true", "false", "1", "0", "require", "prefer", "verify-full", "no-verify",
                  "on", "TRUE", "disable"):
        cases.add(f"ssl-{value}", f"postgresql://ann:Kestrel7@h/db?ssl={value}")
    cases.each("tls", {
        "ssl-no-value": "postgresql://ann:Kestrel7@h/db?ssl",
        "ssl-and-sslmode": "postgresql://ann:Kestrel7@h/db?ssl=true&sslmode=disable",
        "sslmode-and-ssl": "postgresql://ann:Kestrel7@h/db?sslmode=verify-full&ssl=true",
        "root-file": "postgresql://ann:Kestrel7@h/db?sslmode=verify-ca&sslrootcert=/nonexistent/root.crt",
        "root-system": "postgresql://ann:Kestrel7@h/db?sslrootcert=system",
        "root-system-require": "postgresql://ann:Kestrel7@h/db?sslmode=require&sslrootcert=system",
        "root-system-verify-full": "postgresql://ann:Kestrel7@h/db?sslmode=verify-full&sslrootcert=system",
        "client-certificate": "postgresql://ann@h/db?sslmode=require&sslcert=/nonexistent/c.crt&sslkey=/nonexistent/c.key",
        "client-certificate-no-key": "postgresql://ann@h/db?sslmode=require&sslcert=/nonexistent/c.crt",
        "negotiation-direct": "postgresql://ann:Kestrel7@h/db?sslmode=require&sslnegotiation=direct",
        "negotiation-direct-prefer": "postgresql://ann:Kestrel7@h/db?sslnegotiation=direct",
        "negotiation-postgres": "postgresql://ann:Kestrel7@h/db?sslnegotiation=postgres",
        "negotiation-word": "postgresql://ann:Kestrel7@h/db?sslnegotiation=fast",
        "min-protocol": "postgresql://ann:Kestrel7@h/db?ssl_min_protocol_version=TLSv1.2",
        "min-protocol-bad": "postgresql://ann:Kestrel7@h/db?ssl_min_protocol_version=1.2",
        "channel-binding-require": "postgresql://ann:Kestrel7@h/db?sslmode=require&channel_binding=require",
        "channel-binding-word": "postgresql://ann:Kestrel7@h/db?channel_binding=always",
        "require-auth": "postgresql://ann:Kestrel7@h/db?require_auth=scram-sha-256",
        "libpq-compat": "postgresql://ann:Kestrel7@h/db?uselibpqcompat=true&sslmode=require",
        "libpq-compat-verify-ca": "postgresql://ann:Kestrel7@h/db?uselibpqcompat=true&sslmode=verify-ca",
        "sslsni": "postgresql://ann:Kestrel7@h/db?sslsni=0",
        "neon": "postgresql://ann:Kestrel7@h/db?sslmode=require&options=endpoint%3Dep-cool",
    })
    for value in ("any", "read-write", "read-only", "primary", "standby", "prefer-standby",
                  "master", "Primary"):
        cases.add(f"session-{value}", f"postgresql://ann:Kestrel7@h1,h2/db?target_session_attrs={value}")
    cases.each("session", {
        "load-balance-random": "postgresql://ann:Kestrel7@h1,h2/db?load_balance_hosts=random",
        "load-balance-word": "postgresql://ann:Kestrel7@h1,h2/db?load_balance_hosts=true",
    })
    # What a blank at either end of a part means to libpq's own test list.
    cases.each("blank", {
        "encoded-in-user": "postgresql://an%20n:Kestrel7@h/db",
        "ends-of-database": "postgresql://h/ db ",
        "ends-of-host": "postgresql:// h /db",
        "ends-of-user": "postgresql:// ann @h/db",
        "inside-database": "postgresql://h/my db",
        "ends-of-value": "postgresql://h/db?application_name= app ",
        "ends-of-key": "postgresql://h/db? application_name =app",
        "only-value": "postgresql://h/db?application_name= ",
    })
    # Several of these at once, as people have them.
    cases.each("mix", {
        "percent-at-end-of-password": "postgresql://ann:Kestrel%@h:5432/db",
        "quote-and-less": 'postgresql://ann:Kes"<trel7@h:5432/db',
        "semicolon-ampersand-equals": "postgresql://ann:Kes;tr&el=7@h:5432/db",
        "user-at-in-query": "postgresql://h/db?user=ann@srv&password=Kestrel7",
        "user-at-in-query-no-path": "postgresql://h?user=ann@srv&password=Kestrel7",
        "percent-at-end-of-value": "postgresql://ann:Kestrel7@h/db?application_name=99%",
        "encoded-blank-and-slash-in-database": "postgresql://ann:Kestrel7@h/my%20db%2Fx",
        "options-and-fragment": "postgresql://ann:Kestrel7@h/db?options=-c%20geqo=off#x",
        "options-encoded-equals": "postgresql://ann:Kestrel7@h/db?options=endpoint%3Dep-1",
        "template-password": "postgresql://ann:{the_password}@h/db",
        "template-angle-password": "postgresql://ann:<password>@h/db",
        "address-and-database-missing": "postgresql://ann:Kestrel7@[2001:db8::1]:5433",
        "every-mark": "postgresql://ann:K!$'()*+,;=-._~7@h:5432/db",
        "encoded-everything": "postgresql://a%6En:K%65strel7@%68:5432/d%62?%73slmode=%72equire",
        "two-users": "postgresql://ann@srv:Kestrel7@h.example:5432/db?user=bob",
        "socket-and-password": "postgresql://ann:Kestrel7@%2Ftmp:5433/db",
        "hosts-and-options": "postgresql://ann:Kestrel7@h1:5432,h2:5433/db?target_session_attrs=read-write&connect_timeout=3",
    })

    return cases


def libpq_kv():
    cases = Cases("libpq-kv")
    cases.each("part", {
        "all": "host=h port=5432 dbname=db user=ann password=Kestrel7 sslmode=require",
        "host-only": "host=h",
        "empty": "",
        "blank": " ",
        "uri-for-dbname": "dbname=postgresql://h2/other",
        "uri-for-dbname-host": "host=h dbname=postgresql://h2:5433/other",
        "word": "db",
        "word-host": "host h",
        "words": "h 5432 db",
        "equals-only": "=",
        "no-key": "=h",
        "key-only-at-end": "host=h port",
        "value-with-equals": "host=h password=a=b",
        "comment": "host=h # the server",
        "comment-at-line-start": "# server\nhost=h",
    })
    cases.each("blank", {
        "around-equals": "host = h port = 5432",
        "before-equals": "host =h",
        "after-equals": "host= h",
        "empty-then-next": "host= port=5432",
        "empty-at-end": "host=h password=",
        "empty-at-end-blank": "host=h password= ",
        "tabs": "host=h\tport=5432",
        "newlines": "host=h\nport=5432\nuser=ann",
        "carriage-return": "host=h\r\nport=5432",
        "form-feed": "host=h\fport=5432",
        "vertical-tab": "host=h\vport=5432",
        "no-break-space": "host=h\u00a0port=5432",
        "ideographic": "host=h\u3000port=5432",
        "leading": "  host=h port=5432",
        "trailing": "host=h port=5432  ",
        "trailing-newline": "host=h port=5432\n",
        "byte-order-mark": "\ufeffhost=h port=5432",
        "zero-width": "host=h\u200b port=5432",
        "no-blank-at-all": "host=hport=5432",
    })
    cases.each("quote", {
        "all": "host='h' port='5432' password='Kes trel7'",
        "escaped": "password='it\\'s' host=h",
        "doubled": "password='it''s' host=h",
        "doubled-before-key": "password='it''host=h'",
        "adjacent": "user='ann'password='Kestrel7'",
        "text-after": "password='Kes'trel7 host=h",
        "unterminated": "host=h password='Kestrel7",
        "unterminated-escape": "host=h password='Kestrel7\\",
        "inside-unquoted": "password=it's host=h",
        "at-end-of-unquoted": "password=Kestrel7' host=h",
        "double": 'password="Kestrel7" host=h',
        "double-with-blank": 'password="Kes trel7" host=h',
        "smart": "password=\u2018Kestrel7\u2019 host=h",
        "empty": "password='' host=h",
        "empty-host": "host='' port=5432",
        "backslash-letter": "password='Kes\\trel7' host=h",
        "windows-path": "sslrootcert='C:\\certs\\root.crt' host=h",
        "whole-string": "'host=h port=5432'",
        "whole-string-double": '"host=h port=5432"',
        "around-key": "'host'=h",
        "blank-inside-ends": "user=' ann ' host=h",
    })
    cases.each("backslash", {
        "unquoted-path": "sslrootcert=C:\\certs\\root.crt host=h",
        "at-end": "host=h password=Kestrel7\\",
        "before-blank": "password=Kes\\ trel7 host=h",
        "before-quote": "password=Kes\\'trel7 host=h",
        "double": "password=Kes\\\\trel7 host=h",
        "quoted-double": "password='Kes\\\\trel7' host=h",
        "first": "password=\\Kestrel7 host=h",
        "quote-first": "password=\\'Kestrel7 host=h",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"unquoted-{name}", f"host=h user=ann password=Kes{character}trel7 dbname=db")
        cases.add(f"single-{name}", f"host=h user=ann password='Kes{character}trel7' dbname=db")
        if name not in ("percent", "ampersand", "plus", "encoded-letter", "encoded-slash",
                        "encoded-at", "encoded-blank", "bad-encoding", "encoded-nul",
                        "encoded-ff", "encoded-utf8", "hyphen", "dot", "underscore", "tilde"):
            cases.add(f"first-{name}", f"host=h password={character}Kestrel7 dbname=db")
            cases.add(f"last-{name}", f"host=h dbname=db password=Kestrel7{character}")
    cases.each("key", {
        "unknown": "host=h colour=blue",
        "upper": "HOST=h",
        "mixed": "Host=h Port=5432",
        "database": "host=h database=db",
        "db": "host=h db=db",
        "username": "host=h username=ann",
        "server": "server=h",
        "pwd": "host=h pwd=Kestrel7",
        "ssl": "host=h ssl=true",
        "timezone": "host=h dbname=db TimeZone=UTC",
        "search-path": "host=h search_path=app",
        "schema": "host=h schema=app",
        "statement-timeout": "host=h statement_timeout=5000",
        "pool-max-conns": "host=h pool_max_conns=10",
        "duplicate": "host=one host=two",
        "duplicate-password": "host=h password=one password=two",
        "duplicate-sslmode": "host=h sslmode=disable sslmode=require",
        "requiressl-on": "host=h requiressl=1",
        "requiressl-off": "host=h requiressl=0",
        "requiressl-word": "host=h requiressl=true",
        "hyphen": "host=h ssl-mode=require",
        "options": "host=h options='-c search_path=app'",
        "options-escaped": "host=h options=-c\\ search_path=app",
        "options-dashes": "host=h options=--search_path=app",
        "application-name": "host=h application_name='my app'",
        "service": "service=nosuch",
        "passfile": "host=h passfile=/nonexistent/pgpass",
        "binary-parameters": "host=h binary_parameters=yes",
        "sslinline": "host=h sslinline=true",
        "krbsrvname": "host=h krbsrvname=postgres",
        "replication": "host=h replication=true",
        "min-protocol": "host=h ssl_min_protocol_version=TLSv1.3",
        "fallback-application-name": "host=h fallback_application_name=app",
        "read-timeout": "host=h connect_timeout=5 tcp_user_timeout=2000",
    })
    cases.each("host", {
        "list": "host=h1,h2 port=5432,5433",
        "list-one-port": "host=h1,h2 port=5433",
        "list-no-port": "host=h1,h2",
        "list-mismatch": "host=h1,h2,h3 port=5432,5433",
        "list-empty-port": "host=h1,h2 port=,5433",
        "list-empty-host": "host=h1,,h3",
        "list-with-blank": "host=h1, h2 port=5432",
        "list-quoted-blank": "host='h1, h2' port=5432",
        "with-port": "host=h:5433",
        "semicolon": "host=h; port=5432",
        "semicolons-no-blank": "host=h;port=5432;dbname=db",
        "socket": "host=/var/run/postgresql dbname=db",
        "abstract-socket": "host=@pg dbname=db",
        "windows-path": "host=C:\\pg dbname=db",
        "ipv6": "host=2001:db8::1 port=5432",
        "ipv6-brackets": "host=[2001:db8::1] port=5432",
        "hostaddr": "host=h hostaddr=192.0.2.7",
        "hostaddr-mismatch": "host=h1,h2 hostaddr=192.0.2.7",
        "hostaddr-name": "host=h hostaddr=h",
        "empty-quoted": "host='' dbname=db",
    })
    cases.each("port", {
        "blanks": "host=h port=' 5432 '",
        "zero": "host=h port=0",
        "too-large": "host=h port=65536",
        "negative": "host=h port=-1",
        "word": "host=h port=abc",
        "trailing-word": "host=h port=5432x",
        "comma-end": "host=h port=5432,",
        "semicolon-end": "host=h port=5432;",
        "fraction": "host=h port=5432.0",
        "plus": "host=h port=+5432",
        "hex": "host=h port=0x1538",
    })
    for name, value in SSLMODES.items():
        quoted = value.replace("%20", " ")
        cases.add(f"sslmode-{name}", f"host=h sslmode='{quoted}'")
    cases.each("tls", {
        "root-system": "host=h sslrootcert=system",
        "root-system-require": "host=h sslmode=require sslrootcert=system",
        "root-file": "host=h sslmode=verify-ca sslrootcert=/nonexistent/root.crt",
        "negotiation-direct": "host=h sslmode=require sslnegotiation=direct",
        "negotiation-direct-prefer": "host=h sslnegotiation=direct",
        "channel-binding-word": "host=h channel_binding=always",
        "channel-binding-require": "host=h channel_binding=require",
        "gssencmode-word": "host=h gssencmode=maybe",
        "min-protocol-bad": "host=h ssl_min_protocol_version=1.2",
        "protocol-range": "host=h ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
        "sslcertmode-word": "host=h sslcertmode=maybe",
        "require-auth-word": "host=h require_auth=certificate",
        "session-word": "host=h target_session_attrs=master",
        "load-balance-word": "host=h load_balance_hosts=true",
        "certificate-no-key": "host=h sslcert=/nonexistent/c.crt",
    })
    for name, value in {"ten": "10", "zero": "0", "negative": "-1", "fraction": "1.5",
                        "word": "ten", "unit": "10s", "empty": "''", "huge": "99999999999"}.items():
        cases.add(f"connect-timeout-{name}", f"host=h connect_timeout={value}")
    cases.each("azure", {
        "portal-psql": "host=srv.postgres.database.example port=5432 dbname={your_database} user=ann password={your_password} sslmode=require",
        "portal-ruby": "host=srv.postgres.database.example; dbname={your_database} user=ann password={your_password} port=5432",
        "portal-python-old": "dbname='{your_database}' user='ann@srv' host='srv.postgres.database.example' password='{your_password}' port='5432' sslmode='true'",
        "service-connector": "host=srv.postgres.database.example dbname=db sslmode=require user=ann password=Kestrel7",
        "php": "host=srv.postgres.database.example port=5432 dbname=db user=ann password=Kestrel7",
        "ado": "Server=srv.postgres.database.example;Database=db;Port=5432;User Id=ann;Password=Kestrel7;Ssl Mode=Require;",
        "gorm": "host=h user=ann password=Kestrel7 dbname=db port=5432 sslmode=disable TimeZone=Asia/Shanghai",
    })
    # Several of these at once, as people have them.
    cases.each("mix", {
        "blanks-round-equals": "host = h  password = Kestrel7",
        "quoted-blank": "host='h' password='Kes trel7'",
        "escaped-quote-alone": "password='Kes\\'trel7'",
        "windows-path": "sslcert=C:\\keys\\ann host=h",
        "windows-path-quoted": "sslcert='C:\\keys\\ann' host=h",
        "semicolon-behind-host": "host=h; dbname=db user=ann password=Kestrel7 port=5432",
        "newline-and-tab": "host=h\nport=5433\tuser=ann",
        "marks-of-urls": "host=h password=Kes#tr%c@e/l?7",
        "percent-sequence": "host=h password=Kes%41trel7",
        "all-quoted": "dbname='{the_database}' user='ann@srv' host='h' password='{the_password}' port='5432' sslmode='true'",
        "pairs-of-ado": "Server=h;Database=db;Port=5432;User Id=ann;Password=Kestrel7;Ssl Mode=Require;",
        "unterminated-alone": "password='Kestrel7",
    })

    return cases


def ado_net():
    cases = Cases("ado.net")
    cases.each("part", {
        "all": "Host=h;Port=5432;Database=db;Username=ann;Password=Kestrel7;SSL Mode=Require",
        "azure": "Server=srv.postgres.database.example;Database=db;Port=5432;User Id=ann;Password=Kestrel7;Ssl Mode=Require;",
        "azure-placeholder": "Server=srv.postgres.database.example;Database={your_database};Port=5432;User Id=ann@srv;Password={your_password};Ssl Mode=Require;",
        "azure-braces": "Server={server}.postgres.database.example;Database={database};Port=5432;User Id={login};Password={password};Ssl Mode=Require;",
        "webapp": "Database={your_database}; Data Source=srv.postgres.database.example; User Id=ann@srv; Password={your_password}",
        "blanks": "Server = h ; Database = db ;; Port=5432",
        "leading-semicolons": ";;Host=h",
        "only-semicolons": ";;",
        "empty": "",
        "one-word": "h",
        "newlines": "Host=h;\n  Port=5432;\n",
        "newline-no-semicolon": "Host=h\nPort=5432",
        "key-value": "host=h port=5432 dbname=db user=ann password=Kestrel7",
        "uri": "postgresql://ann:Kestrel7@h/db",
        "uri-with-query": "postgresql://ann:Kestrel7@h/db?sslmode=require",
        "whole-quoted": '"Server=h;Database=db"',
        "assignment": 'ConnectionString="Server=h"',
        "colon": "Server=h;Port:5432",
        "comma-port": "Server=h,5432;Database=db",
        "host-list": "Host=h1:5432,h2:5433;Database=db",
        "tab-after-key": "Host\t=\th;Port=5432",
        "nul-at-end": "Host=h;Password=Kestrel7\0",
    })
    cases.each("key", {
        "duplicate": "Host=one;HOST=two;host=three",
        "synonyms": "Host=one;Server=two",
        "double-equals": "Pass==word=Kestrel7;Host=h",
        "empty": "=Kestrel7;Host=h",
        "no-value": "Password;Host=h",
        "no-value-at-end": "Host=h;Password",
        "quoted": '"Host"=h',
        "inner-blanks": "User  Id=ann;Host=h",
        "underscore": "User_Id=ann;Host=h",
        "glued": "UserId=ann;SslMode=Require;Host=h",
        "user": "Host=h;User=ann",
        "data-source": "Data Source=h;Initial Catalog=db;User Id=ann;Password=Kestrel7",
        "unknown": "Host=h;Colour=blue",
        "no-break-space": "User\u00a0Id=ann;Host=h",
    })
    cases.each("value", {
        "empty": "Password=;Host=h",
        "empty-quoted": 'Password="";Host=h',
        "equals": "Password=a=b;Host=h",
        "equals-first": "Password==ab;Host=h",
        "semicolon": "Password=Kes;trel7;Host=h",
        "semicolon-last": "Host=h;Password=Kestrel7;;",
        "single-quoted-semicolon": "Password='Kes;trel7';Host=h",
        "double-quoted-semicolon": 'Password="Kes;trel7";Host=h',
        "single-doubled": "Password='it''s';Host=h",
        "double-doubled": 'Password="say ""hi""";Host=h',
        "single-in-double": 'Password="it\'s";Host=h',
        "double-in-single": "Password='say \"hi\"';Host=h",
        "text-after-quote": "Password='Kes'trel7;Host=h",
        "ends-with-single": "Password=Kestrel7';Host=h",
        "ends-with-double": 'Password=Kestrel7";Host=h',
        "starts-with-single": "Password='Kestrel7;Host=h",
        "starts-with-double": 'Password="Kestrel7;Host=h',
        "starts-with-single-last": "Host=h;Password='Kestrel7",
        "ends-with-quote-last": "Host=h;Password=Kestrel7'",
        "blank-ends": "Password=  Kestrel7  ;Host=h",
        "blank-ends-quoted": "Password='  Kestrel7  ';Host=h",
        "blank-after-quote": "Password='Kestrel7' ;Host=h",
        "braces": "Password={Kes;trel7};Host=h",
        "braces-doubled": "Password={Kes}}trel7};Host=h",
        "only-quotes": "Password='';Host=h",
        "only-blank": "Password= ;Host=h",
        "quoted-newline": "Password='Kes\ntrel7';Host=h",
        "smart-quotes": "Password=\u201cKestrel7\u201d;Host=h",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"unquoted-{name}", f"Host=h;Username=ann;Password=Kes{character}trel7;Database=db")
        cases.add(f"double-{name}", f'Host=h;Username=ann;Password="Kes{character}trel7";Database=db')
        cases.add(f"single-{name}", f"Host=h;Username=ann;Password='Kes{character}trel7';Database=db")
        if not character.startswith("%"):
            cases.add(f"first-{name}", f"Host=h;Password={character}Kestrel7;Database=db")
            cases.add(f"last-{name}", f"Host=h;Password=Kestrel7{character};Database=db")
    for name, value in SSLMODES.items():
        cases.add(f"sslmode-{name}", f"Host=h;SSL Mode={value.replace('%20', ' ')}")
    # Several of these at once, as people have them.
    cases.each("mix", {
        "quote-inside": "Password=Kes'trel7;Host=h",
        "blanks-round-value": "Password= Kes trel7 ;Host=h",
        "blanks-in-quotes": "Password=' Kes trel7 ';Host=h",
        "template": "Password={the_password};Host=h",
        "double-brace": "Password=Kes}}trel7;Host=h",
        "percent-sequence": "Password=Kes%40trel7;Host=h",
        "backslash": "Password=Kes\\trel7;Host=h",
        "tab-in-value": "Host=h;Password=Kes\ttrel7",
        "colon-for-equals": "Server=127.0.0.1;User Id=ann;Pooling:false",
        "data-source": "Database={the_database}; Data Source=h; User Id=ann@h; Password={the_password}",
    })

    return cases


def jdbc_url():
    cases = Cases("jdbc-url")
    cases.each("part", {
        "all": "jdbc:postgresql://h:5432/db?user=ann&password=Kestrel7&sslmode=require",
        "no-port": "jdbc:postgresql://h/db",
        "no-slash": "jdbc:postgresql://h:5432",
        "slash": "jdbc:postgresql://h:5432/",
        "slash-query": "jdbc:postgresql://h/?user=ann",
        "no-slash-query": "jdbc:postgresql://h?user=ann",
        "database-only": "jdbc:postgresql:db",
        "database-only-query": "jdbc:postgresql:db?user=ann",
        "database-slash": "jdbc:postgresql:/db",
        "three-slashes": "jdbc:postgresql:///db",
        "nothing": "jdbc:postgresql:",
        "slashes": "jdbc:postgresql://",
        "slashes-slash": "jdbc:postgresql:///",
        "port-only": "jdbc:postgresql://:5433/db",
        "empty-port": "jdbc:postgresql://h:/db",
        "two-segments": "jdbc:postgresql://h/db/more",
        "slash-at-end": "jdbc:postgresql://h/db/",
        "two-slashes": "jdbc:postgresql://h//db",
        "userinfo": "jdbc:postgresql://ann:Kestrel7@h:5432/db",
        "userinfo-no-port": "jdbc:postgresql://ann:Kestrel7@h/db",
        "userinfo-user": "jdbc:postgresql://ann@h/db",
        "ampersand-first": "jdbc:postgresql://h:5432/db&user=ann&password=Kestrel7",
        "semicolons": "jdbc:postgresql://h:5432/db;user=ann;password=Kestrel7",
        "semicolon-in-query": "jdbc:postgresql://h/db?user=ann;password=Kestrel7",
        "fragment": "jdbc:postgresql://h/db#part",
        "query-empty": "jdbc:postgresql://h/db?",
        "azure": "jdbc:postgresql://srv.postgres.database.example:5432/{your_database}?user=ann&password={your_password}&sslmode=require",
        "azure-trailing": "jdbc:postgresql://srv.postgres.database.example:5432/db?user=ann@srv&password={your_password}&",
        "entra": "jdbc:postgresql://srv.postgres.database.example:5432/db?sslmode=require&user=ann@corp.example&authenticationPluginClassName=com.azure.identity.extensions.jdbc.postgresql.AzurePostgresqlAuthenticationPlugin",
    })
    cases.each("scheme", {
        "postgres": "jdbc:postgres://h/db",
        "pgsql": "jdbc:pgsql://h/db",
        "upper": "JDBC:POSTGRESQL://h/db",
        "capital": "jdbc:PostgreSQL://h/db",
        "none": "postgresql://ann:Kestrel7@h/db",
        "blank-before": " jdbc:postgresql://h/db",
        "blank-after": "jdbc:postgresql://h/db ",
        "newline-after": "jdbc:postgresql://h/db?sslmode=require\n",
        "quotes": '"jdbc:postgresql://h/db"',
        "mysql": "jdbc:mysql://h/db",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"authority-{name}", f"jdbc:postgresql://ho{character}st:5432/db?user=ann")
        cases.add(f"database-{name}", f"jdbc:postgresql://h:5432/da{character}ta?user=ann")
        cases.add(f"password-{name}", f"jdbc:postgresql://h:5432/db?user=ann&password=Kes{character}trel7")
        cases.add(f"key-{name}", f"jdbc:postgresql://h:5432/db?user=ann&Application{character}Name=app")
    cases.each("host", {
        "list": "jdbc:postgresql://h1:5432,h2:5433/db?targetServerType=primary",
        "list-one-port": "jdbc:postgresql://h1,h2:5433/db",
        "list-empty": "jdbc:postgresql://h1,/db",
        "ipv6": "jdbc:postgresql://[2001:db8::1]:5433/db",
        "ipv6-no-port": "jdbc:postgresql://[2001:db8::1]/db",
        "ipv6-bare": "jdbc:postgresql://2001:db8::1/db",
        "ipv6-list": "jdbc:postgresql://[::1]:5432,[::2]:5433/db",
        "upper": "jdbc:postgresql://HOST.Example/db",
        "encoded": "jdbc:postgresql://%68/db",
    })
    for name, port in {"zero": "0", "too-large": "65536", "word": "port", "negative": "-1",
                       "plus": "+5432", "blank": "5432 ", "huge": "99999999999", "twice": "5432:5433",
                       "leading-zeros": "05432"}.items():
        cases.add(f"port-{name}", f"jdbc:postgresql://h:{port}/db")
    cases.each("query", {
        "duplicate": "jdbc:postgresql://h/db?sslmode=disable&sslmode=require",
        "trailing-ampersand": "jdbc:postgresql://h/db?sslmode=require&",
        "double-ampersand": "jdbc:postgresql://h/db?sslmode=require&&user=ann",
        "no-value": "jdbc:postgresql://h/db?ssl",
        "empty-value": "jdbc:postgresql://h/db?ApplicationName=",
        "empty-key": "jdbc:postgresql://h/db?=ann",
        "two-equals": "jdbc:postgresql://h/db?options=a=b",
        "second-question": "jdbc:postgresql://h/db?sslmode=require?user=ann",
        "override-host": "jdbc:postgresql://h/db?host=h2&port=6000&dbname=other",
        "override-pghost": "jdbc:postgresql://h/db?PGHOST=h2&PGPORT=6000&PGDBNAME=other",
        "case-user": "jdbc:postgresql://h/db?User=ann&Password=Kestrel7",
        "case-sslmode": "jdbc:postgresql://h/db?sslMode=require",
        "upper-sslmode": "jdbc:postgresql://h/db?SSLMODE=require",
        "unknown": "jdbc:postgresql://h/db?colour=blue",
        "schema": "jdbc:postgresql://h/db?currentSchema=app,public",
        "application-name": "jdbc:postgresql://h/db?ApplicationName=My%20App",
        "options": "jdbc:postgresql://h/db?options=-c%20search_path=app",
        "timeouts": "jdbc:postgresql://h/db?connectTimeout=10&socketTimeout=30&loginTimeout=15",
        "timeout-word": "jdbc:postgresql://h/db?connectTimeout=ten",
        "timeout-unit": "jdbc:postgresql://h/db?connectTimeout=10s",
        "prepare-threshold": "jdbc:postgresql://h/db?prepareThreshold=0",
        "target": "jdbc:postgresql://h1,h2/db?targetServerType=primary&loadBalanceHosts=true",
        "target-word": "jdbc:postgresql://h/db?targetServerType=read-write",
        "password-and-more": "jdbc:postgresql://h/db?user=ann&password=Kes&trel7",
        "password-encoded": "jdbc:postgresql://h/db?user=ann&password=Kes%26tr%3Del%2B7",
        "password-percent-end": "jdbc:postgresql://h/db?user=ann&password=Kestrel7%",
        "user-at-server": "jdbc:postgresql://srv.postgres.database.example:5432/db?user=ann@srv&password=Kestrel7",
        "service": "jdbc:postgresql://?service=nosuch",
        "factory-java": "jdbc:postgresql://h/db?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        "factory-none": "jdbc:postgresql://h/db?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
        "root-file": "jdbc:postgresql://h/db?sslmode=verify-ca&sslrootcert=/nonexistent/root.crt",
        "html-ampersand": "jdbc:postgresql://h/db?user=ann&amp;password=Kestrel7",
    })
    for name, value in SSLMODES.items():
        cases.add(f"sslmode-{name}", f"jdbc:postgresql://h/db?sslmode={value}")
    for value in ("true", "false", "1", "require", "TRUE", "on"):
        cases.add(f"ssl-{value}", f"jdbc:postgresql://h/db?ssl={value}")
    cases.each("ssl", {
        "and-sslmode": "jdbc:postgresql://h/db?ssl=true&sslmode=require",
        "false-and-sslmode": "jdbc:postgresql://h/db?ssl=false&sslmode=verify-full",
    })
    # Several of these at once, as people have them.
    cases.each("mix", {
        "at-and-hash": "jdbc:postgresql://h:5432/db?user=ann@srv&password=Kes@trel#7",
        "question-and-equals": "jdbc:postgresql://h:5432/db?user=ann&password=Kes?tr=el7",
        "ampersand-and-equals": "jdbc:postgresql://h:5432/db?user=ann&password=Kes&tr=el7",
        "capitals": "jdbc:postgresql://h:5432/db?User=ann&Password=Kestrel7&SSLMode=require",
        "unknown-mode": "jdbc:postgresql://h:5432/db?sslmode=some",
        "ssl-and-mode": "jdbc:postgresql://h:5432/db?ssl=true&sslmode=require",
        "ssl-alone": "jdbc:postgresql://h:5432/db?ssl",
        "slash-and-nothing": "jdbc:postgresql://h/",
        "address": "jdbc:postgresql://[2001:db8::1]:5433/db",
        "blank-and-plus-in-database": "jdbc:postgresql://h/my%20db+x",
        "keyword-alone": "jdbc:postgresql://h/db?loggerLevel",
        "semicolons-behind-database": "jdbc:postgresql://h/db;user=ann;password=Kestrel7",
        "template": "jdbc:postgresql://h/db?user={the_user}&password={the_password}&sslmode=require",
    })

    return cases


def r2dbc_url():
    cases = Cases("r2dbc-url")
    cases.each("part", {
        "all": "r2dbc:postgresql://ann:Kestrel7@h:5432/db",
        "tls": "r2dbcs:postgresql://ann:Kestrel7@h:5432/db",
        "pool": "r2dbc:pool:postgresql://ann:Kestrel7@h:5432/db?maxSize=10",
        "failover": "r2dbc:postgresql:failover://ann:Kestrel7@h1:5432,h2:5433/db?targetServerType=primary",
        "no-port": "r2dbc:postgresql://ann:Kestrel7@h/db",
        "no-database": "r2dbc:postgresql://ann:Kestrel7@h:5432",
        "no-user": "r2dbc:postgresql://h:5432/db",
        "underscore-host": "r2dbc:postgresql://ann:Kestrel7@my_host:5432/db",
        "user-at-server": "r2dbc:postgresql://ann@srv:Kestrel7@srv.postgres.database.example:5432/db",
        "user-in-query": "r2dbc:postgresql://h:5432/db?user=ann",
        "ssl-mode": "r2dbc:postgresql://ann:Kestrel7@h/db?sslMode=require",
        "sslmode": "r2dbc:postgresql://ann:Kestrel7@h/db?sslmode=verify-full",
        "ssl-true": "r2dbc:postgresql://ann:Kestrel7@h/db?ssl=true",
        "placeholder": "r2dbc:postgresql://ann:{your_password}@h/db",
        "postgres-driver": "r2dbc:postgres://ann:Kestrel7@h/db",
        "ipv6": "r2dbc:postgresql://ann:Kestrel7@[2001:db8::1]:5433/db",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"password-{name}", f"r2dbc:postgresql://ann:Kes{character}trel7@h:5432/db")
    # Several of these at once, as people have them.
    cases.each("mix", {
        "encoded-plus": "r2dbc:postgresql://ann:Kes%2Btrel7@h:5432/db",
        "at-in-user": "r2dbc:postgresql://ann@srv:Kestrel7@h:5432/db",
        "lower-case-mode": "r2dbc:postgresql://ann:Kestrel7@h/db?sslmode=require",
        "blank-in-password": "r2dbc:postgresql://ann:Kes trel7@h/db",
    })

    return cases


def sqlalchemy_url():
    cases = Cases("sqlalchemy-url")
    for name, scheme in {
        "plain": "postgresql", "postgres": "postgres", "psycopg2": "postgresql+psycopg2",
        "psycopg": "postgresql+psycopg", "asyncpg": "postgresql+asyncpg", "pg8000": "postgresql+pg8000",
        "upper": "POSTGRESQL", "unknown-driver": "postgresql+nosuch", "reversed": "psycopg2+postgresql",
        "hyphen": "postgresql-psycopg2", "pgsql": "pgsql", "cockroach": "cockroachdb",
    }.items():
        cases.add(f"scheme-{name}", f"{scheme}://ann:Kestrel7@h:5432/db")
        cases.add(f"scheme-{name}-sslmode", f"{scheme}://ann:Kestrel7@h:5432/db?sslmode=require")
    for name, character in CHARACTERS.items():
        cases.add(f"user-{name}", f"postgresql+psycopg2://an{character}na:Kestrel7@h:5432/db")
        cases.add(f"password-{name}", f"postgresql+psycopg2://ann:Kes{character}trel7@h:5432/db")
        cases.add(f"host-{name}", f"postgresql+psycopg2://ann:Kestrel7@ho{character}st:5432/db")
        cases.add(f"database-{name}", f"postgresql+psycopg2://ann:Kestrel7@h:5432/da{character}ta")
        cases.add(f"value-{name}", f"postgresql+psycopg2://ann:Kestrel7@h/db?application_name=ap{character}ply")
    cases.each("part", {
        "blank-before": " postgresql+psycopg2://ann:Kestrel7@h/db",
        "newline-after": "postgresql+psycopg2://ann:Kestrel7@h/db\n",
        "quotes": '"postgresql+psycopg2://ann:Kestrel7@h/db"',
        "no-database": "postgresql+psycopg2://ann:Kestrel7@h",
        "no-host": "postgresql+psycopg2://ann:Kestrel7@/db",
        "database-only": "postgresql+psycopg2:///db",
        "user-at-server": "postgresql+psycopg2://ann@srv:Kestrel7@srv.postgres.database.example/db?sslmode=require",
        "user-encoded": "postgresql+psycopg2://ann%40srv:Kestrel7@srv.postgres.database.example/db?sslmode=require",
        "host-list": "postgresql+psycopg2://ann:Kestrel7@/db?host=h1:5432&host=h2:5433",
        "host-list-comma": "postgresql+psycopg2://ann:Kestrel7@/db?host=h1,h2&port=5432,5433",
        "host-list-authority": "postgresql+psycopg2://ann:Kestrel7@h1:5432,h2:5433/db",
        "host-list-asyncpg": "postgresql+asyncpg://ann:Kestrel7@/db?host=h1:5432&host=h2:5433",
        "empty-port": "postgresql+psycopg2://ann:Kestrel7@h:/db",
        "port-word": "postgresql+psycopg2://ann:Kestrel7@h:port/db",
        "port-too-large": "postgresql+psycopg2://ann:Kestrel7@h:99999/db",
        "ipv6": "postgresql+psycopg2://ann:Kestrel7@[2001:db8::1]:5433/db",
        "socket": "postgresql+psycopg2://ann:Kestrel7@/db?host=/var/run/postgresql",
        "duplicate": "postgresql+psycopg2://ann:Kestrel7@h/db?sslmode=disable&sslmode=require",
        "ssl-require-asyncpg": "postgresql+asyncpg://ann:Kestrel7@h/db?ssl=require",
        "query-overrides": "postgresql+psycopg2://ann:Kestrel7@h/db?user=bob&password=Osprey8&host=h2&dbname=other",
        "async-fallback": "postgresql+asyncpg://ann:Kestrel7@h/db?async_fallback=true",
        "prepared-cache": "postgresql+asyncpg://ann:Kestrel7@h/db?prepared_statement_cache_size=0",
        "odbc-style": "postgresql+psycopg2:///?odbc_connect=Driver%3D%7BPostgreSQL%7D",
        "plus-password": "postgresql+psycopg2://ann:Kes+trel7@h/db",
    })
    return cases


def pdo_dsn():
    cases = Cases("pdo-dsn")
    cases.each("part", {
        "all": "pgsql:host=h;port=5432;dbname=db;user=ann;password=Kestrel7",
        "no-credentials": "pgsql:host=h;port=5432;dbname=db",
        "blanks": "pgsql:host=h port=5432 dbname=db user=ann password=Kestrel7",
        "blanks-after-semicolons": "pgsql:host=h; port=5432; dbname=db; user=ann; password=Kestrel7",
        "trailing-semicolon": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7;",
        "no-prefix": "host=h;port=5432;dbname=db",
        "wrong-prefix": "postgresql:host=h;dbname=db",
        "postgres-prefix": "postgres:host=h;dbname=db",
        "upper-prefix": "PGSQL:host=h;dbname=db;user=ann;password=Kestrel7",
        "uri": "postgresql://ann:Kestrel7@h/db",
        "uri-after-prefix": "pgsql:postgresql://ann:Kestrel7@h/db",
        "blank-after-prefix": "pgsql: host=h;dbname=db;user=ann;password=Kestrel7",
        "sslmode": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7;sslmode=require",
        "sslmode-upper": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7;sslmode=Require",
        "charset": "pgsql:host=h;dbname=db;charset=utf8",
        "username": "pgsql:host=h;dbname=db;username=ann",
        "upper-key": "pgsql:Host=h;dbname=db",
        "options": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7;options='-c search_path=app'",
        "connect-timeout": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7;connect_timeout=5",
        "host-list": "pgsql:host=h1,h2;port=5432,5433;dbname=db;user=ann;password=Kestrel7",
        "empty-value": "pgsql:host=h;password=;dbname=db",
        "empty": "pgsql:",
        "newline": "pgsql:host=h;dbname=db;user=ann;password=Kestrel7\n",
    })
    for name, character in CHARACTERS.items():
        if character.startswith("%") and len(character) > 1:
            continue
        cases.add(f"password-{name}", f"pgsql:host=h;dbname=db;user=ann;password=Kes{character}trel7")
        cases.add(f"quoted-{name}", f"pgsql:host=h;dbname=db;user=ann;password='Kes{character}trel7'")
    return cases


def odbc():
    cases = Cases("odbc")
    driver = "Driver={PostgreSQL Unicode};"
    cases.each("part", {
        "all": driver + "Server=h;Port=5432;Database=db;Uid=ann;Pwd=Kestrel7;SSLmode=require;",
        "no-sslmode": driver + "Server=h;Port=5432;Database=db;Uid=ann;Pwd=Kestrel7;",
        "servername": driver + "Servername=h;Port=5432;Database=db;Username=ann;Password=Kestrel7;",
        "user-id": driver + "Server=h;Database=db;User Id=ann;Password=Kestrel7;",
        "user": driver + "Server=h;Database=db;User=ann;Pwd=Kestrel7;",
        "host": driver + "Host=h;Database=db;Uid=ann;Pwd=Kestrel7;",
        "data-source": driver + "Data Source=h;Database=db;Uid=ann;Pwd=Kestrel7;",
        "upper-keys": driver + "SERVER=h;PORT=5433;DATABASE=db;UID=ann;PWD=Kestrel7;",
        "lower-keys": driver + "server=h;port=5433;database=db;uid=ann;pwd=Kestrel7;",
        "unknown": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;Colour=blue;",
        "duplicate": driver + "Server=h;Server=h2;Database=db;Uid=ann;Pwd=Kestrel7;",
        "duplicate-pwd": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;Pwd=Osprey8;",
        "blanks": driver + " Server = h ; Database = db ; Uid = ann ; Pwd = Kestrel7 ;",
        "pqopt": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;pqopt={application_name=app};",
        "pqopt-conflict": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;SSLmode=require;pqopt={sslmode=require};",
        "conn-settings": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;ConnSettings={set search_path to app};",
        "braced-password": driver + "Server=h;Database=db;Uid=ann;Pwd={Kes;trel7};",
        "braced-brace": driver + "Server=h;Database=db;Uid=ann;Pwd={Kes}}trel7};",
        "braced-user": driver + "Server=h;Database=db;Uid={ann};Pwd=Kestrel7;",
        "braced-server": driver + "Server={h};Database=db;Uid=ann;Pwd=Kestrel7;",
        "port-word": driver + "Server=h;Port=abc;Database=db;Uid=ann;Pwd=Kestrel7;",
        "no-database": driver + "Server=h;Uid=ann;Pwd=Kestrel7;",
        "ssl-mode-blank": driver + "Server=h;Database=db;Uid=ann;Pwd=Kestrel7;Ssl Mode=Require;",
    })
    for name, character in CHARACTERS.items():
        cases.add(f"password-{name}", driver + f"Server=h;Database=db;Uid=ann;Pwd=Kes{character}trel7;")
    for name, value in SSLMODES.items():
        cases.add(f"sslmode-{name}", driver + f"Server=h;Database=db;Uid=ann;Pwd=Kestrel7;SSLmode={value.replace('%20', ' ')};")
    return cases


def dbi_dsn():
    cases = Cases("dbi-dsn")
    cases.each("part", {
        "all": "dbi:Pg:host=h;port=5432;dbname=db;user=ann;password=Kestrel7",
        "blanks": "dbi:Pg:host=h port=5432 dbname=db user=ann password=Kestrel7",
        "database": "dbi:Pg:host=h;database=db;user=ann;password=Kestrel7",
        "db": "dbi:Pg:host=h;db=db;user=ann;password=Kestrel7",
        "upper": "DBI:Pg:host=h;dbname=db;user=ann;password=Kestrel7",
        "lower-driver": "dbi:pg:host=h;dbname=db;user=ann;password=Kestrel7",
        "sslmode": "dbi:Pg:host=h;dbname=db;user=ann;password=Kestrel7;sslmode=require",
        "sslmode-upper": "dbi:Pg:host=h;dbname=db;user=ann;password=Kestrel7;sslmode=Require",
        "quoted-semicolon": "dbi:Pg:host=h;dbname=db;user=ann;password='Kes;trel7'",
        "unquoted-semicolon": "dbi:Pg:host=h;dbname=db;user=ann;password=Kes;trel7",
        "unknown": "dbi:Pg:host=h;dbname=db;colour=blue",
        "uri": "postgresql://ann:Kestrel7@h/db",
        "uri-after-prefix": "dbi:Pg:postgresql://ann:Kestrel7@h/db",
        "word": "dbi:Pg:db",
        "empty": "dbi:Pg:",
        "host-list": "dbi:Pg:host=h1,h2;port=5432,5433;dbname=db;user=ann;password=Kestrel7",
    })
    return cases


ALL = [libpq_uri, libpq_kv, ado_net, jdbc_url, r2dbc_url, sqlalchemy_url, pdo_dsn, odbc, dbi_dsn]


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    for build in ALL:
        cases = build()
        path = HERE / "cases" / f"{cases.dialect}.jsonl"
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != cases.text():
                stale.append(path.name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(cases.text(), encoding="utf-8")
            print(f"{path.name}: {len(cases.lines)}")
    if stale:
        raise SystemExit(f"not what cases.py writes: {', '.join(stale)}")


if __name__ == "__main__":
    main()
