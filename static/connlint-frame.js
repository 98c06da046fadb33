// The inside of the iframe that embed.js makes: takes options and text from the page round it, and tells it its height.

const widget = document.querySelector("conn-lint");
const OPTIONS = ["target", "driver", "no-probe", "readonly", "theme", "policy"];

// The page that the frame is for: embed.js writes its origin behind the #. Nobody else is listened to or told anything.
const host = decodeURIComponent(location.hash.slice(1));

// An iframe without embed.js takes its options, never a text, from its own address.
for (const [name, value] of new URLSearchParams(location.search)) set(name, value);

function set(name, value) {
  if (!OPTIONS.includes(name)) return;
  if (value === null || value === undefined) widget.removeAttribute(name);
  else widget.setAttribute(name, value);
}

const tell = (message) => host && parent.postMessage({ connlint: message }, host);

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== host || typeof data?.connlint !== "object") return;
  const { options, value } = data.connlint;
  if (options) OPTIONS.forEach((name) => name in options && set(name, options[name]));
  if (typeof value === "string") widget.value = value;
});

document.body.style.margin = "0";
widget.style.margin = "0";
new ResizeObserver(([{ target }]) => tell({ height: Math.ceil(target.getBoundingClientRect().height) })).observe(
  document.documentElement,
);
for (const name of ["ready", "change", "error"]) {
  widget.addEventListener(`connlint-${name}`, ({ detail }) => tell({ event: name, detail }));
}
tell({ loaded: true });
