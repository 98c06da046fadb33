// Starts the page that is one file: unpacks what lies in the document, and starts the program with it. The build puts the
// JavaScript of the unpacker in front of this.

const page = document.documentElement;

// The bytes of an element, two in each of its characters. A character that cannot stand in a document is one with its
// highest bit turned round, behind the character 1.
function bytesOf(element) {
  const text = element.textContent;
  const words = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    words[length++] = unit === 1 ? text.charCodeAt(++at) ^ 0x8000 : unit;
  }
  element.remove();
  return new Uint8Array(words.buffer, 0, Number(element.dataset.length));
}

const packed = (name) => document.querySelector(`script[data-connlint-packed="${name}"]`);

const compiled = (bytes) =>
  WebAssembly.compile(bytes).catch(() => {
    throw "blocked";
  });

// Everything that is packed, by its name.
async function unpacked() {
  const small = new Blob([bytesOf(packed("unpacker"))]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  await __connlint_init({ module_or_path: await compiled(await new Response(small).arrayBuffer()) });
  const element = packed("page");
  const lengths = Object.entries(JSON.parse(element.dataset.parts));
  const all = unpack(bytesOf(element), lengths.reduce((sum, [, length]) => sum + length, 0));
  if (!all) throw "changed";
  let at = 0;
  return Object.fromEntries(lengths.map(([name, length]) => [name, all.subarray(at, (at += length))]));
}

try {
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") throw "old";
  const { module, program, style, late, ...later } = await unpacked();
  // The program takes it where it would fetch it.
  globalThis.connlintLate = late;
  const text = (bytes) => new TextDecoder().decode(bytes);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text(style));
  document.adoptedStyleSheets = [sheet];
  document.querySelector("style").remove();
  // What the page would fetch later is put where it looks first.
  for (const [name, bytes] of Object.entries(later)) {
    const part = document.createElement("script");
    Object.assign(part, { type: "text/plain", id: `connlint-part-${name}`, textContent: text(bytes) });
    document.body.append(part);
  }
  // The program is a script of the document, which its policy knows; at its end it hands over the function that starts it.
  const start = new Promise((resolve) => addEventListener("connlint-program", ({ detail }) => resolve(detail), { once: true }));
  const script = document.createElement("script");
  Object.assign(script, { type: "module", textContent: text(program) });
  document.body.append(script);
  const init = await start;
  await init({ module_or_path: await compiled(module) });
} catch (reason) {
  page.setAttribute("data-failed", typeof reason === "string" ? reason : "missing");
}
