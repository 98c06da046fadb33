// Starts the page: loads the two files that the build has named in <meta name="connlint-app">, shows how far it is, and
// says why if it cannot. A file of its own, because the page's policy allows no script inside the HTML.

const page = document.documentElement;
// The reason stays out of the console, too: nothing that the page does is logged.
const fail = (reason) => page.setAttribute("data-failed", reason);

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

// The bytes of a stream; `told` hears how many there are.
async function read(stream, told) {
  const chunks = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks).arrayBuffer();
    chunks.push(value);
    told((length += value.length));
  }
}

// The compiled module, if its bytes are those that the build made. It is compiled while it loads, and not started before
// they are all there and compared. `integrity` of `fetch` would do the same, but say nothing on the way. Browsers have
// `crypto.subtle` where nobody can change the page on its way, which is where comparing makes sense.
async function load(app, bar) {
  const response = await fetch(app.dataset.wasm, { credentials: "same-origin" });
  if (!response.ok) throw "missing";
  const [first, second] = response.body.tee();
  const compiled = WebAssembly.compileStreaming(
    new Response(first, { headers: { "content-type": "application/wasm" } }),
  ).catch((error) => {
    throw error instanceof WebAssembly.CompileError ? "blocked" : error;
  });
  // Awaited below; when the stream breaks off, both fail.
  compiled.catch(() => {});
  const bytes = await read(second, (length) => (bar.value = length));
  const { wasmIntegrity: expected } = app.dataset;
  if (expected && crypto.subtle) {
    const digest = await crypto.subtle.digest("SHA-384", bytes);
    if (`sha384-${base64(digest)}` !== expected) throw "changed";
  }
  return compiled;
}

try {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) throw "old";
  const app = document.querySelector('meta[name="connlint-app"]');
  const bar = document.getElementById("progress");
  bar.max = app.dataset.wasmSize || 1;
  const [{ default: init }, module] = await Promise.all([
    import(new URL(app.dataset.js, document.baseURI).href),
    load(app, bar),
  ]);
  await init({ module_or_path: module });
} catch (reason) {
  const known = typeof reason === "string";
  fail(known ? reason : navigator.onLine ? "missing" : "offline");
}
