// How the widget is used from TypeScript; what must not compile is marked.

/// <reference types="connlint/element" />

import type { ConnLintAttributes, ConnLintSettings } from "connlint/element";

const widget = document.createElement("conn-lint");
widget.value = "host=a";
widget.addEventListener("connlint-change", ({ detail }) => console.log(detail.codes.length + detail.counts.error));
document.addEventListener("connlint-error", ({ detail }) => console.log(detail.message.length));

const settings: ConnLintSettings = { target: "azure-flexible", probe: ["https://probe.example/"], runbooks: { TLS: "/tls" } };
export const attributes: ConnLintAttributes = { driver: "pgx", readonly: "", policy: JSON.stringify(settings) };

// @ts-expect-error the text is no attribute
export const text: ConnLintAttributes = { value: "host=a" };
// @ts-expect-error there is no such theme
export const theme: ConnLintAttributes = { theme: "blue" };
// @ts-expect-error it never tells the text
widget.addEventListener("connlint-change", ({ detail }) => console.log(detail.text));
