// <conn-lint>: checks PostgreSQL connection strings in anybody's page. docs/embed.md says how to use it.
//
// This file is all that a page loads before a widget comes near the visible part. The build puts the name and the hash of
// the next file in, and takes the comments out.

const WIDGET = "@widget@";

const ATTRIBUTES = ["target", "driver", "probe", "no-probe", "readonly", "theme", "lang", "policy"];

// What is here until the checks are: a text area that can be typed into, or the example as it stands in the page.
const shell = new CSSStyleSheet();
shell.replaceSync(`@layer shell {
  :host { display: block; margin-block: 1em }
  :host([hidden]) { display: none }
  .widget { all: initial; display: block; visibility: inherit; container-type: inline-size; color-scheme: var(--scheme, light dark) }
  .waiting textarea { box-sizing: border-box; width: 100%; height: 9.5em; padding: 1.125em 1.25em; font: 1em/1.75 monospace;
    border: 1px solid GrayText; border-radius: 10px; background: Field; color: FieldText; resize: none }
  .failure { all: initial; display: block; margin: .5em 0; font: 1em/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas }
}`);

// How often a file did not load. Browsers keep a module that failed as one that failed, so the next try asks for another
// address.
const failures = {};

// A module that is imported is not compared with a hash, but one that is preloaded is, and is then the one imported.
const imported = async ([name, integrity]) => {
  const again = failures[name] ? `?${failures[name]}` : "";
  const href = new URL(name + again, import.meta.url).href;
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href, integrity, crossOrigin: "anonymous", referrerPolicy: "no-referrer" });
  await new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => {
      failures[name] = (failures[name] ?? 0) + 1;
      reject(new Error(`${name} did not load`));
    };
    document.head.append(link);
  }).finally(() => link.remove());
  return import(href);
};

const near = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.load()),
  { rootMargin: "50%" },
);

class ConnLint extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #root = this.attachShadow({ mode: "open" });
  #base = document.createElement("div");
  #text;
  #widget;

  constructor() {
    super();
    this.#base.part = "base";
  }

  get value() {
    return this.#box?.value ?? this.#text ?? this.#given;
  }

  set value(text) {
    this.#text = String(text ?? "");
    if (this.#widget) this.#widget.show(this.#text);
    else if (this.#box) this.#box.value = this.#text;
  }

  focus(options) {
    this.#root.querySelector("textarea")?.focus(options);
  }

  // The text in the page, without what goes into the slot: that of a code block as it stands, else without blanks round it.
  get #given() {
    const own = [...this.childNodes].filter((node) => node.slot !== "help" && node.nodeType !== Node.COMMENT_NODE);
    const text = own.map((node) => node.textContent).join("");
    return this.querySelector("pre") ? text.replace(/^\s*\n|\n\s*$/g, "") : text.trim();
  }

  // The text area of before the checks are here.
  get #box() {
    return this.#root.querySelector(".waiting > textarea");
  }

  connectedCallback() {
    // Set before the element was defined, it is a property of its own.
    if (Object.hasOwn(this, "value")) {
      const { value } = this;
      delete this.value;
      this.value = value;
    }
    if (!this.#widget) this.#wait();
  }

  disconnectedCallback() {
    // A move takes it out and puts it in at once; only what stays out is taken down.
    queueMicrotask(() => this.isConnected || this.#unmount());
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (this.#widget && (name === "theme" || name === "lang")) return this.#widget.paint();
    const loaded = this.#widget;
    this.#unmount();
    this.#wait();
    if (loaded) this.load();
  }

  #wait() {
    this.#base.className = "widget waiting";
    this.#root.adoptedStyleSheets = [shell];
    if (this.hasAttribute("readonly")) this.#root.replaceChildren(document.createElement("slot"));
    else {
      const box = document.createElement("textarea");
      Object.assign(box, { value: this.value, spellcheck: false, ariaLabel: "Text with a connection string" });
      this.#base.replaceChildren(box);
      this.#root.replaceChildren(this.#base);
    }
    near.observe(this);
  }

  // Called when it is near the visible part.
  async load() {
    near.unobserve(this);
    try {
      const { engine } = await imported(WIDGET);
      const mount = await engine(imported);
      if (!this.isConnected || this.#widget) return;
      const { value: text } = this;
      const focused = this.#root.activeElement !== null;
      const settings = Object.fromEntries(ATTRIBUTES.map((name) => [name, this.getAttribute(name)]));
      this.#root.replaceChildren(this.#base);
      this.#widget = mount(this, this.#root, this.#base, { settings, text, focused }, {
        changed: (text, codes, counts) => {
          this.#text = text;
          this.#send("change", { codes, counts });
        },
        failed: (words) => this.#fail(words, words),
      });
      this.#send("ready");
      if (this.#widget.notice) this.#send("error", { message: this.#widget.notice });
    } catch (error) {
      const words = "The checks could not be loaded, so this text is not checked.";
      this.#fail(words, String(error?.message ?? error), !error?.final);
    }
  }

  #fail(words, message, again) {
    const line = this.#root.querySelector(".failure") ?? document.createElement("p");
    Object.assign(line, { className: "failure", role: "alert", textContent: words });
    if (again) {
      const button = document.createElement("button");
      const onclick = () => {
        // The button goes, and with it the focus.
        this.focus();
        line.remove();
        this.load();
      };
      Object.assign(button, { type: "button", textContent: "Try again", onclick });
      line.append(" ", button);
    }
    this.#root.append(line);
    this.#send("error", { message });
  }

  #unmount() {
    near.unobserve(this);
    // The text may still be in the text area of before.
    this.#text = this.#box?.value ?? this.#text;
    this.#widget?.unmount();
    this.#widget = undefined;
    this.#base.replaceChildren();
  }

  // Later, so that a listener may change the widget again.
  #send(name, detail) {
    queueMicrotask(() =>
      this.dispatchEvent(new CustomEvent(`connlint-${name}`, { bubbles: true, composed: true, detail })),
    );
  }
}

if (!customElements.get("conn-lint")) customElements.define("conn-lint", ConnLint);
