// Puts connlint into an iframe, for pages that allow no scripts of others: copy this one file to your own site.
//
//   <div data-connlint="https://connlint.example/embed.html" data-target="azure-flexible">postgresql://…</div>
//   <script src="/your/copy/of/embed.js" defer></script>
//
// The frame is sandboxed into an origin of its own: it reads nothing of this page, and this page nothing of it but what
// the messages below say.

(() => {
  const OPTIONS = { target: "target", driver: "driver", noProbe: "no-probe", readonly: "readonly", policy: "policy" };
  const frames = new Map();
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");

  // The theme: what the page says, else the colour behind the frame.
  function themeBehind(element) {
    const says = getComputedStyle(element).colorScheme;
    const [light, dark] = [says.includes("light"), says.includes("dark")];
    if (light || dark) return dark && (!light || prefersDark.matches) ? "dark" : "light";
    for (let each = element; each; each = each.parentElement) {
      const colour = /^rgba?\((.*)\)/.exec(getComputedStyle(each).backgroundColor);
      const [red, green, blue, alpha = 1] = colour ? colour[1].split(/[ ,/]+/).map(Number) : [0, 0, 0, 0];
      if (alpha > 0.5) return 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
    }
    return "light";
  }

  // An origin of its own has no name, so what is sent can only be addressed by the window; it is the page's own text.
  const tell = (frame, message) => frame.contentWindow?.postMessage({ connlint: message }, "*");

  function options(place) {
    const told = { theme: place.dataset.theme ?? themeBehind(place) };
    for (const [key, name] of Object.entries(OPTIONS)) told[name] = place.dataset[key] ?? null;
    return told;
  }

  function put(place) {
    const text = place.textContent.trim();
    const frame = document.createElement("iframe");
    const address = new URL(place.dataset.connlint, document.baseURI);
    address.hash = encodeURIComponent(location.origin);
    Object.assign(frame, { src: address.href, title: place.dataset.title ?? "PostgreSQL connection string checker" });
    frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
    Object.assign(frame, { loading: "lazy", referrerPolicy: "no-referrer", allow: "clipboard-write" });
    Object.assign(frame.style, { display: "block", width: "100%", height: "18rem", border: "0", colorScheme: "auto" });
    place.replaceChildren(frame);
    frames.set(frame, { place, text });
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (origin !== "null" || typeof data?.connlint !== "object") return;
    const [frame, { place, text } = {}] = [...frames].find(([each]) => each.contentWindow === source) ?? [];
    if (!frame) return;
    const { loaded, height, event, detail } = data.connlint;
    if (loaded) tell(frame, { options: options(place), value: text });
    if (Number.isFinite(height)) frame.style.height = `${Math.min(Math.max(height, 40), 20000)}px`;
    if (["ready", "change", "error"].includes(event)) {
      place.dispatchEvent(new CustomEvent(`connlint-${event}`, { bubbles: true, detail }));
    }
  });

  // A page that changes without being loaded anew brings places and takes them away.
  function look() {
    for (const [frame, { place }] of frames) {
      if (!frame.isConnected) frames.delete(frame);
      else tell(frame, { options: { theme: options(place).theme } });
    }
    document.querySelectorAll("[data-connlint]").forEach((place) => place.querySelector("iframe") || put(place));
  }
  let waiting;
  new MutationObserver(() => (waiting ??= requestAnimationFrame(() => ((waiting = undefined), look())))).observe(
    document.documentElement,
    { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "style", "data-theme", "data-md-color-scheme"] },
  );
  prefersDark.addEventListener("change", look);
  look();
})();
