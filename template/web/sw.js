/**
 * @file Service worker: the page works on the second visit without a network.
 *
 * The page registers it as `sw.js?app-<hash>`, so every deploy is a new worker with a cache of its own, and two deploys never mix.
 *
 * A new worker does not push the old one out. A page of the old deploy may be open, and the files that it has yet to load may be
 * nowhere but in the old cache. So the new worker waits, as the browser makes it, until no page uses the old one; or until the new
 * deploy's page, which asks for it, is the only one open. Until then the old worker hands out its own deploy's files, and lets
 * requests for others through to the network.
 */

const worker = /** @type {any} */ (globalThis);
const APP = worker.location.search.slice(1);
const SCOPE = worker.registration.scope;
const CACHE = `${SCOPE}#${APP}`;
const PATIENCE_MS = 3000; // for a host that does not answer, when the page is kept

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(fill()));
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(event.data === 'keep' ? keep() : takeOver()));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(clean().then(claim)));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET' || !url.startsWith(SCOPE)) return;
  if (mode !== 'navigate') event.respondWith(kept(event.request));
  else if (isPage(url)) event.respondWith(fresh(event.request)); // any other address gets the browser's own answer
});

/** Whether an address is the page's, whatever stands behind ? and #. @param {string} url */
function isPage(url) {
  const { origin, pathname } = new URL(url);
  return [SCOPE, `${SCOPE}index.html`].includes(origin + pathname);
}

/**
 * Put the page, the app folder, the runtime, the model and the libraries into this deploy's cache: all or nothing, as there may be
 * no room, or a file may be missing on the host. Without a cache there is no worker, and the page goes on with the network.
 */
async function fill() {
  const manifestUrl = new URL(`${APP}/manifest.json`, SCOPE);
  const { files, webgpu, keep } = await (await fetch(manifestUrl)).json();
  const adapter = webgpu && (await worker.navigator.gpu?.requestAdapter().catch(() => null)); // else its runtime is not used
  const used = [...Object.values(files), ...(adapter ? Object.values(webgpu.files) : [])];
  const assets = [...keep, ...used.map((file) => file.url)];
  const filled = await caches.has(CACHE); // by this deploy's worker, of which there is only a newer script
  try {
    const cache = await caches.open(CACHE);
    const page = new Request(SCOPE, { cache: 'reload' }); // the one name without a content hash
    await cache.addAll([page, manifestUrl.href, ...assets.map((asset) => new URL(asset, manifestUrl).href)]);
    const text = await (await stored(SCOPE))?.text();
    if (!text?.includes(`${APP}/`)) throw new Error('another deploy has replaced this one');
  } catch (error) {
    if (!filled) await caches.delete(CACHE);
    throw error;
  }
}

/** Fill the cache again, where another page of the same origin has deleted it. */
async function keep() {
  if (!(await caches.has(CACHE))) await fill();
}

/** Take the older worker's place, when the page that asks is the only one open: no page of the older deploy is left. */
async function takeOver() {
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open.filter((/** @type {{url: string}} */ page) => page.url.startsWith(SCOPE)).length === 1) await worker.skipWaiting();
}

/** Serve the page that is open too. Not to be waited for: Firefox asks each thread of the page, and one that sleeps answers after a minute. */
function claim() {
  worker.clients.claim();
}

/** Delete what older deploys of this site left; other sites of the same host are not ours. */
async function clean() {
  const old = (await caches.keys()).filter((name) => name.startsWith(`${SCOPE}#`) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * The page from the network, so that a new deploy is seen at once; from the cache without one, or where the host is ill or silent.
 * @param {Request} request
 */
async function fresh(request) {
  const asked = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  if (answer && answer.status < 500) return answer;
  return (await stored(SCOPE)) ?? answer ?? asked;
}

/**
 * Everything else is named by its content, so the cached file is the right one.
 * @param {Request} request
 */
async function kept(request) {
  return (await stored(request)) ?? fetch(request);
}

/** What the cache has; nothing when the browser can't read it any more. @param {Request | string} request */
function stored(request) {
  return caches.match(request, { cacheName: CACHE }).catch(() => undefined);
}
