// Starts the page: loads the two files that the build has named in <meta name="connlint-app">.
// A file of its own, because the page's policy allows no script inside the HTML.

const failed = () => document.documentElement.setAttribute("data-failed", "load");

try {
  const app = document.querySelector('meta[name="connlint-app"]');
  const at = (name) => new URL(app.dataset[name], document.baseURI).href;
  const { default: init } = await import(at("js"));
  await init({ module_or_path: at("wasm") });
} catch {
  // The reason stays out of the console, too: nothing that the page does is logged.
  failed();
}
