// Starts the page that is one file: unpacks what lies in the document, and starts the program with it. The build puts
// the program's own JavaScript in front of this.

const page = document.documentElement;
const fail = (reason) => page.setAttribute("data-failed", reason);

// The bytes of an element with gzip in base64.
async function unpacked(element) {
  const packed = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  element.remove();
  return new Response(stream).arrayBuffer();
}

try {
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") throw "old";
  const [module, ...parts] = document.querySelectorAll("script[data-connlint-packed]");
  // What the page would fetch later is put where it looks first.
  for (const part of parts) {
    const name = part.dataset.connlintPacked;
    const text = document.createElement("script");
    text.type = "text/plain";
    text.id = `connlint-part-${name}`;
    text.textContent = new TextDecoder().decode(await unpacked(part));
    document.body.append(text);
  }
  const compiled = await WebAssembly.compile(await unpacked(module)).catch(() => {
    throw "blocked";
  });
  await __connlint_init({ module_or_path: compiled });
} catch (reason) {
  fail(typeof reason === "string" ? reason : "missing");
}
