// Writes what the functions give as TypeScript, so that the compiler compares it with the types: a field that is missing,
// too much or of another kind is an error.

import { writeFileSync } from "node:fs";

import { convert, lint, readings, triage } from "connlint";

const texts = [
  "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require",
  "postgresql://db.example",
  'DB=postgres://app:tea#2@db.example/x\n\nerror: no pg_hba.conf entry for host "203.0.113.7", user "app", database "x", no encryption',
  '{"psql_cmd": "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require"}',
  "url: postgresql://app:p@ss@localhost/app # connlint: ignore",
  "2026-11-26 10:00:00.000 UTC FATAL: the database system is starting up\n2026-11-26 10:02:30.000 UTC FATAL: the database system is starting up",
  "connection to server at \"db.example\" (203.0.113.9), port 5432 failed: Connection refused\nSSL connection has been closed unexpectedly",
  "nothing to see",
];
const lines = ['import type * as t from "connlint";'];
const put = (type, value) => lines.push(`void (${JSON.stringify(value)} satisfies t.${type});`);
for (const text of texts) {
  put("LintReport", lint(text));
  put("ReadingsReport", readings(text));
  put("TriageReport", triage(text));
}
put("ConvertReport", convert("postgresql://app:pw@db.example/shop?sslcrl=x&pgbouncer=true", "ado.net"));
put("ConvertReport", convert("Host=db.example;Username=app;Pooling=false;Max Auto Prepare=5", "libpq-uri"));
writeFileSync("reports.ts", lines.join("\n") + "\n");
