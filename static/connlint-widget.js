// What <conn-lint> loads when it is needed: the checks, once for all widgets of a page, and what a widget owes to the page
// round it.

const PARTS = "@parts@";

const address = (name) => new URL(name, import.meta.url).href;

async function fetched([name, integrity]) {
  const response = await fetch(address(name), { integrity, credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) throw new Error(`${name} was answered with ${response.status}`);
  return response;
}

// The page's style sheet for a part of another page: not by that page's font size, and not by the window's width.
const adapted = (css) =>
  css
    .replace(/@media \((m\w+-width): ?([\d.]+)rem\)/g, (_, side, width) => `@container (${side}: ${width * 16}px)`)
    .replace(/(\d*\.?\d+)rem\b/g, "calc($1 * var(--rem))");

async function started(imported) {
  const [app, css] = await Promise.all([imported(PARTS.js), fetched(PARTS.css).then((response) => response.text())]);
  await app.default({ module_or_path: fetched(PARTS.wasm) });
  app.onFailure(stopped);
  await app.ready();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(adapted(css));
  return (...given) => mount(app, sheet, ...given);
}

let starting;

const STOPPED = "The checks have stopped because of a mistake of their own. Reload the page to go on.";

// After a mistake of its own nothing of the app can be called any more: neither by the widgets that are there, nor by the
// next ones.
function stopped() {
  starting = Promise.reject(Object.assign(new Error(STOPPED), { final: true }));
  starting.catch(() => {});
  for (const widget of mounted) widget.fail();
  mounted.clear();
}

// Gives the function that puts a widget into its place, given the one that imports a module with its hash; a failure is
// tried again by the next that asks.
export const engine = (imported) =>
  (starting ??= started(imported).catch((error) => {
    starting = undefined;
    throw error;
  }));

// The theme: what the page says, else the colour behind the widget.

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function themeBehind(element) {
  const says = getComputedStyle(element).colorScheme;
  const [light, dark] = [says.includes("light"), says.includes("dark")];
  if (light || dark) return dark && (!light || prefersDark.matches) ? "dark" : "light";
  for (let each = element; each; each = each.parentElement ?? each.getRootNode().host) {
    const colour = /^rgba?\((.*)\)/.exec(getComputedStyle(each).backgroundColor);
    const [red, green, blue, alpha = 1] = colour ? colour[1].split(/[ ,/]+/).map(Number) : [0, 0, 0, 0];
    if (alpha > 0.5) return 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
  }
  return "light";
}

// The widgets that are in the page and work.
const mounted = new Set();
const repaint = () => mounted.forEach((widget) => widget.paint());
const painter = new MutationObserver(repaint);
prefersDark.addEventListener("change", repaint);

function mount(app, sheet, element, root, base, { settings, text, focused }, { changed, failed }) {
  const paint = () => {
    const theme = element.getAttribute("theme");
    base.style.setProperty("--scheme", theme === "light" || theme === "dark" ? theme : themeBehind(element));
    // There is one language so far.
    base.lang = "en";
  };
  // What the user takes for the size of text, whatever the page makes of it.
  base.style.setProperty("--rem", getComputedStyle(base).fontSize);
  base.className = "widget";
  base.replaceChildren();
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
  for (const each of [document.documentElement, document.body]) painter.observe(each, { attributes: true });
  paint();

  const told = {
    ...settings,
    portal: document.querySelector("script#connlint-config")?.textContent,
    page: document.baseURI,
    home: address("./"),
    documents: PARTS.documents && { ...PARTS.documents, address: address(PARTS.documents.address) },
  };
  const widget = new app.Widget(base, JSON.stringify(told), text, focused, (text, codes, error, warning, info) =>
    changed(text, codes.split(" ").filter(Boolean), { error, warning, info }),
  );
  const works = { paint, fail: () => failed(STOPPED) };
  mounted.add(works);
  return {
    paint,
    notice: widget.notice,
    show: (text) => mounted.has(works) && widget.show(text),
    unmount() {
      if (mounted.delete(works)) widget.unmount();
      if (!mounted.size) painter.disconnect();
    },
  };
}
