// Keeps exactly the files of one release, so that connlint works without a network. The build fills in the release and
// its files; a newer release has another text here, and that is how a browser notices it.

const RELEASE = "@RELEASE@";
// Path and hash of each file; no hash for the document, which a host may have filled in.
const FILES = new Map(@FILES@);
const DOCUMENT = "./";

const at = (path) => new URL(path, self.registration.scope).href;
// Several connlints may live on one host.
const prefix = () => `connlint ${self.registration.scope} `;
const name = () => prefix() + RELEASE;

async function fetched(path, integrity) {
  const response = await fetch(at(path), integrity ? { integrity } : { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path} is missing`);
  return response;
}

async function keep() {
  const cache = await caches.open(name());
  await Promise.all(
    [...FILES].map(async ([path, integrity]) => cache.put(at(path), await fetched(path, integrity))),
  );
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((other) => other.startsWith(prefix()) && other !== name());
  await Promise.all(old.map((other) => caches.delete(other)));
  await self.clients.claim();
}

// The document of the host if there is a network, so that what the host fills in is followed.
async function document_() {
  try {
    return await fetched(DOCUMENT);
  } catch {
    return kept(DOCUMENT);
  }
}

async function kept(path) {
  const cache = await caches.open(name());
  return (await cache.match(at(path))) ?? Response.error();
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", (event) => {
  if (event.data === "connlint-take-over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  address.search = "";
  address.hash = "";
  for (const path of FILES.keys()) {
    if (at(path) === address.href) {
      event.respondWith(path === DOCUMENT ? document_() : kept(path));
      return;
    }
  }
});
