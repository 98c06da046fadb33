// What the module exports: the functions of the WebAssembly module, with objects in place of JSON.

import * as wasm from "./connlint_wasm.js";

const report = (ask, text, settings, ...more) => {
  if (typeof text !== "string") throw new TypeError("connlint: the text has to be a string");
  return JSON.parse(ask(text, ...more, settings === undefined ? "" : JSON.stringify(settings)));
};

export const lint = (text, settings) => report(wasm.lint, text, settings);
export const readings = (text, settings) => report(wasm.readings, text, settings);
export const triage = (text, settings) => report(wasm.triage, text, settings);
export const convert = (text, to, settings) => report(wasm.convert, text, settings, String(to));

// Without taking a byte order mark away: it counts in the offsets.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

export const utf16Offset = (text, byteOffset) =>
  decoder.decode(encoder.encode(text).subarray(0, byteOffset)).length;

export function applyEdits(text, edits) {
  const bytes = encoder.encode(text);
  // From the end, so that the places of the others stay what they are.
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let [result, end] = ["", bytes.length];
  for (const { span, text: put } of sorted.reverse()) {
    result = put + decoder.decode(bytes.subarray(span.end, end)) + result;
    end = span.start;
  }
  return decoder.decode(bytes.subarray(0, end)) + result;
}
