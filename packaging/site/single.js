// Starts the page that is one file: unpacks what lies in the document, and starts the program with it. The build puts the
// JavaScript of the unpacker in front of this.

const page = document.documentElement;

// The bytes of an element. They stand in blocks, each a number: in the document one with a digit in each character that a
// document may have, in memory one with 16 bits in each digit.
const DIGITS = 63485;
const CHARACTERS = 256;

function bytesOf(element) {
  const text = element.textContent;
  const words = new Uint16Array((text.length / CHARACTERS) * (CHARACTERS - 1));
  for (let at = 0, to = 0; at < text.length; at += CHARACTERS, to += CHARACTERS - 1) {
    for (let place = 0; place < CHARACTERS; place++) {
      const unit = text.charCodeAt(at + place);
      // What is left out: 0, line ends that a browser changes, what begins a tag, and halves of characters.
      let carry = unit - 1 - (unit > 0x0d) - (unit > 0x3c) - (unit > 0xdfff) * 0x800;
      for (let word = to; word < to + CHARACTERS - 1 && word <= to + place; word++) {
        carry += words[word] * DIGITS;
        words[word] = carry;
        carry >>>= 16;
      }
    }
  }
  element.remove();
  return new Uint8Array(words.buffer, 0, Number(element.dataset.length));
}

const packed = (name) => document.querySelector(`script[data-connlint-packed="${name}"]`);

const compiled = (bytes) =>
  WebAssembly.compile(bytes).catch(() => {
    throw "blocked";
  });

// What is read at once, before the page may answer to what somebody does.
const PIECE = 0x8000;

// Gives the names of the parts, and the function that unpacks the next one.
async function unpacking() {
  const small = new Blob([bytesOf(packed("unpacker"))]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  await __connlint_init({ module_or_path: await compiled(await new Response(small).arrayBuffer()) });
  const element = packed("page");
  const lengths = JSON.parse(element.dataset.parts);
  const unpacker = new Unpacker(bytesOf(element));
  const bar = document.getElementById("progress");
  // The bar goes when the program is there.
  bar.max = lengths.module + lengths.program + lengths.style;
  const unpack = async (name) => {
    for (let left = lengths[name]; left > 0; left -= PIECE) {
      const length = Math.min(left, PIECE);
      unpacker.read(length);
      bar.value += length;
      await new Promise((resolve) => setTimeout(resolve));
    }
    const part = unpacker.take();
    if (!part) throw "changed";
    return part;
  };
  return [Object.keys(lengths), unpack];
}

const text = (bytes) => new TextDecoder().decode(bytes);

try {
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") throw "old";
  const [[first, second, third, ...later], unpack] = await unpacking();
  const [module, program, style] = [await unpack(first), await unpack(second), await unpack(third)];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text(style));
  document.adoptedStyleSheets = [sheet];
  document.querySelector("style").remove();
  // The program waits for it where it would fetch it.
  let ready;
  globalThis.connlintLate = new Promise((resolve, reject) => (ready = { resolve, reject }));
  globalThis.connlintLate.catch(() => {});
  // The program is a script of the document, which its policy knows; at its end it hands over the function that starts it.
  const start = new Promise((resolve) => addEventListener("connlint-program", ({ detail }) => resolve(detail), { once: true }));
  const script = document.createElement("script");
  Object.assign(script, { type: "module", textContent: text(program) });
  document.body.append(script);
  const init = await start;
  await init({ module_or_path: await compiled(module) });
  // What the page would fetch later is put where it looks first.
  let late;
  try {
    for (const name of later) {
      const bytes = await unpack(name);
      if (name === "late") late = bytes;
      else {
        const part = document.createElement("script");
        Object.assign(part, { type: "text/plain", id: `connlint-part-${name}`, textContent: text(bytes) });
        document.body.append(part);
      }
    }
    ready.resolve(late);
  } catch (reason) {
    ready.reject(reason);
  }
} catch (reason) {
  page.setAttribute("data-failed", typeof reason === "string" ? reason : "missing");
}
