// How the package is used from TypeScript; what must not compile is marked.

import { applyEdits, convert, lint, readings, triage, utf16Offset } from "connlint";
import type { Diagnostic, Settings, TriageReport } from "connlint";

const settings: Settings = { driver: "pgx", severity: { TLS001: "off" }, policy: { tls: "verify-full" } };
const found: Diagnostic[] = lint("host=a", settings).inputs.flatMap((i) => i.strings).flatMap((s) => s.diagnostics);
export const mended: string = applyEdits("host=a", found[0]?.fixes[0]?.edits ?? []);
export const place: number = utf16Offset("host=a", found[0]?.span.start ?? 0);
export const masked: string = convert("host=a", "ado.net").converted[0]?.text ?? "";
export const tls: "always" | "if-offered" | "if-required" | "never" | undefined =
  readings("host=a").readings[0]?.tls?.encrypted;
export const why: TriageReport["category"] = triage("connection refused").category;

// @ts-expect-error there is no such driver
lint("host=a", { driver: "pg" });
// @ts-expect-error a dialect is asked for
convert("host=a");
// @ts-expect-error the offsets are numbers
utf16Offset("host=a", "1");
