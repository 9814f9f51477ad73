/**
 * @file Service worker: the page works on the second visit without a network.
 *
 * main.js registers it as `sw.js?app-<hash>`, so every deploy is a new worker with a cache of its own. It takes over only when
 * everything is in that cache, and then deletes the caches of older deploys: two deploys never mix.
 */

const worker = /** @type {any} */ (globalThis);
const APP = worker.location.search.slice(1);
const SCOPE = worker.registration.scope;
const CACHE = `${SCOPE}#${APP}`;

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(fill().then(() => worker.skipWaiting())));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(clean().then(() => worker.clients.claim())));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  if (event.request.method !== 'GET' || !event.request.url.startsWith(SCOPE)) return;
  event.respondWith(event.request.mode === 'navigate' ? fresh(event.request) : kept(event.request));
});

/** Put the page, the app folder, the runtime, the model and the libraries into this deploy's cache. */
async function fill() {
  const manifestUrl = new URL(`${APP}/manifest.json`, SCOPE);
  const { app, files, libraries } = await (await fetch(manifestUrl)).json();
  const published = [...Object.values(files), ...Object.values(libraries)];
  const assets = [...app, ...published.map((/** @type {{url: string}} */ file) => file.url)];
  const cache = await caches.open(CACHE);
  await cache.addAll([SCOPE, manifestUrl.href, ...assets.map((asset) => new URL(asset, manifestUrl).href)]);
}

/** Delete what older deploys of this site left; other sites of the same host are not ours. */
async function clean() {
  const old = (await caches.keys()).filter((name) => name.startsWith(`${SCOPE}#`) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * The page from the network, so that a new deploy is seen at once; from the cache without one.
 * @param {Request} request
 */
async function fresh(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(SCOPE, { cacheName: CACHE })) ?? Response.error();
  }
}

/**
 * Everything else is named by its content, so the cached file is the right one.
 * @param {Request} request
 */
async function kept(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}
