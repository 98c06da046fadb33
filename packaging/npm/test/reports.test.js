// The package in Node.js, as a script uses it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { applyEdits, convert, lint, readings, triage, utf16Offset } from "connlint";

const RAW_AT =
  "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require";

const findings = (text, settings) =>
  lint(text, settings).inputs.flatMap((input) => input.strings).flatMap((string) => string.diagnostics);

test("lint gives the report of the command line as an object", () => {
  const report = lint(RAW_AT);
  assert.equal(report.schema, 1);
  assert.equal(report.tool.name, "connlint");
  const { version } = JSON.parse(
    readFileSync(new URL("./node_modules/connlint/package.json", import.meta.url), "utf8"),
  );
  assert.equal(report.tool.version, version, "the package has the version of what is in it");
  const [string] = report.inputs[0].strings;
  assert.equal(string.settings.user, "app", "libpq splits at the first @");
  assert.equal(string.settings.password, "absent");
  assert.ok(string.diagnostics.some((each) => each.code === "SYN003"));
});

test("the edits of a fix make the finding go", () => {
  // Before it: characters of two, three and four bytes, and a byte order mark.
  const text = `\u{FEFF}# ü → 😀\nDATABASE_URL=${RAW_AT}\n`;
  const finding = findings(text).find((each) => each.code === "SYN003");
  const [start, end] = [finding.span.start, finding.span.end].map((at) => utf16Offset(text, at));
  assert.equal(text.slice(start, end), "@");
  const mended = applyEdits(text, finding.fixes[0].edits);
  assert.equal(mended, text.replace("app@shop", "app%40shop"));
  assert.ok(!findings(mended).some((each) => each.code === "SYN003"));
});

test("several edits at once leave what is between them", () => {
  const at = (start, end, text) => ({ span: { start, end }, text });
  assert.equal(applyEdits("aübc", [at(4, 5, "!"), at(0, 1, "?"), at(3, 3, "+")]), "?ü+b!");
  assert.equal(applyEdits("abc", []), "abc");
});

test("the settings are those of connlint.toml", () => {
  const [string] = lint(RAW_AT, { driver: "npgsql", target: "azure-flexible" }).inputs[0].strings;
  assert.equal(string.driver, "npgsql");
  assert.equal(string.target, "azure-flexible");
  assert.deepEqual(findings(RAW_AT, { ignore: ["SYN", "USR", "TLS", "SEC", "AZR", "HST", "RES", "DRV", "PAR"] }), []);
  const policy = { hosts: [".example"] };
  assert.ok(findings(RAW_AT, { policy }).some((each) => each.code === "HST090"));
});

test("what does not exist is an error that names it", () => {
  assert.throws(() => lint("", { target: "azure" }), /there is no target `azure`/);
  assert.throws(() => readings("", { drivers: [] }), /unknown field `drivers`/);
  assert.throws(() => convert("", "ado"), /there is no such dialect; one of libpq-uri/);
  assert.throws(() => lint(42), { name: "TypeError" });
});

test("each driver has its reading", () => {
  const rows = readings("postgresql://app:pw@db.example/shop?sslmode=require").readings;
  const libpq = rows.find((row) => row.driver === "libpq");
  assert.equal(libpq.outcome, "accepted");
  assert.equal(libpq.tls.encrypted, "always");
  assert.ok(new Set(rows.map((row) => row.driver)).size >= 15);
});

test("a string is written in another dialect, with its own password", () => {
  const [one] = convert("postgresql://app:p%40ss@db.example/shop?sslmode=require", "ado.net").converted;
  assert.equal(one.text, "Host=db.example;Database=shop;Username=app;Password=p@ss;SSL Mode=Require");
  assert.throws(() => convert("postgresql://app@db.example:port/shop", "ado.net"), /mend it first/);
});

test("an error message is explained, with the address that it names", () => {
  const report = triage(
    'FATAL: no pg_hba.conf entry for host "203.0.113.7", user "app", database "orders", no encryption',
  );
  assert.equal(report.evidence.client_ip, "203.0.113.7");
  assert.ok(report.steps.length > 0);
});

test("no report has a password in it", () => {
  const texts = [
    RAW_AT,
    `DATABASE_URL=${RAW_AT}\npassword authentication failed for user "app"`,
    "Server=db.example;User Id=app;Password=Gr33nTea;Nonsense=Gr33nTea",
  ];
  for (const text of texts) {
    for (const ask of [lint, readings, triage]) {
      assert.ok(!JSON.stringify(ask(text)).includes("Gr33nTea"), ask.name);
    }
  }
});
