// Makes the page work without a network, and says when a newer release has come. A file of its own, loaded before the
// page seals itself.

const box = document.getElementById("connlint-update");

// The newer release takes over when the person wants it, not while they are at work.
function offer(registration) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("connlint-take-over");
  });
}

function watch(registration) {
  if (registration.waiting && navigator.serviceWorker.controller) return offer(registration);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && navigator.serviceWorker.controller) offer(registration);
    });
  });
}

if ("serviceWorker" in navigator) {
  // Where it is not wanted, as in a private window, the page works as it did.
  navigator.serviceWorker.register("./sw.js", { scope: "./" }).then(watch, () => {});
}
