// Node.js, where a file cannot be fetched.

import { readFileSync } from "node:fs";
import { initSync } from "./connlint_wasm.js";

initSync({ module: readFileSync(new URL("./connlint_wasm_bg.wasm", import.meta.url)) });

export * from "./api.js";
