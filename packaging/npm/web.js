// Browsers, Deno and bundlers: the module is fetched from where this file is.

import load from "./connlint_wasm.js";

await load();

export * from "./api.js";
