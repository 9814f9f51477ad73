/**
 * @file Service worker: the page works on the second visit without a network.
 *
 * The page registers it as `sw.js?app-<hash>&<SHA-256 of its manifest>`, so every deploy is a new worker with a cache of its own, and two
 * deploys never mix.
 *
 * Whatever else is published at the same origin can change or delete what is kept here. The address of this worker is the browser's own,
 * though: it vouches for the manifest, and that for all the rest. So a file is handed out only when its checksum is right. What may be
 * large, WebAssembly and the model, is left to the page, which checks it before it uses it, and asks anew with `cache: 'reload'`. What is very large, or a
 * hub's, the page keeps itself, in parts (`apart`, web/runtime/parts.js).
 *
 * A new worker does not push the old one out. A page of the old deploy may be open, and the files that it has yet to load may be
 * nowhere but in the old cache. So the new worker waits, as the browser makes it, until no page uses the old one; or until the new
 * deploy's page, which asks for it, is the only one open. Until then the old worker hands out its own deploy's files, and lets
 * requests for others through to the network.
 */

const worker = /** @type {any} */ (globalThis);
const [APP, SUM] = worker.location.search.slice(1).split('&');
const SCOPE = worker.registration.scope;
const CACHE = `${SCOPE}#${APP}`;
const MANIFEST = `${SCOPE}${APP}/manifest.json`;
const PATIENCE_MS = 3000; // for a host that does not answer, when the page is kept

/** What the next page that asks is told: 'ill' when its host sent no page, 'changed' when a kept file was not the deploy's. @type {Set<string>} */
const news = new Set();

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(fill()));
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(TASKS[event.data](event.source)));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(clean().then(claim)));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET' || !url.startsWith(SCOPE)) return;
  if (mode !== 'navigate') event.respondWith(kept(event.request));
  else if (isPage(url)) event.respondWith(fresh(event.request)); // any other address gets the browser's own answer
});

/** What a page asks for. @type {Record<string, (page: any) => Promise<void>>} */
const TASKS = { keep, 'keep the rest': keepRest, 'take over': takeOver };

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
  const filled = await caches.has(CACHE); // by this deploy's worker, of which there is only a newer script
  const wanted = await needed();
  try {
    const cache = await caches.open(CACHE);
    await cache.addAll(wanted);
    await cache.put(SCOPE, await publishedPage()); // the one name without a content hash
  } catch (error) {
    if (!filled) await caches.delete(CACHE);
    throw error;
  }
}

/**
 * Say to a page what there is to say, and fill the cache again, where another page of the same origin has deleted some of it, or has changed the
 * page, which has no checksum in its name.
 * @param {any} page
 */
async function keep(page) {
  const isOurs = Boolean(await keptPage());
  const files = await Promise.all([SCOPE, ...(await needed())].map(stored));
  if (files[0] && !isOurs) news.add('changed');
  for (const each of news) page.postMessage(each);
  news.clear();
  if (!isOurs || !files.every(Boolean)) await fill().finally(() => page.postMessage('filled'));
}

/** Keep the rest of the runtime too, which this model has needed. */
async function keepRest() {
  const { rest } = await readManifest();
  const url = rest && new URL(rest.url, MANIFEST).href;
  if (url && !(await stored(url))) await (await caches.open(CACHE)).add(url);
}

/** The addresses of what a visit without a network needs beside the page. @returns {Promise<string[]>} */
async function needed() {
  const { sums, webgpu, rest } = await readManifest();
  const adapter = webgpu && 'Suspending' in WebAssembly && (await worker.navigator.gpu?.requestAdapter().catch(() => null)); // else its runtime is not used
  const unused = [...(webgpu && !adapter ? Object.values(webgpu.files) : []), ...(rest ? [rest] : [])].map(({ url }) => new URL(url, MANIFEST).href);
  return [...sums.keys()].filter((url) => !unused.includes(url));
}

/** This deploy's manifest, with the checksums of all that it names: `sums`, address -> SHA-256, '' where the page checks. @type {Promise<any> | undefined} */
let manifest;

function readManifest() {
  manifest ??= checked(MANIFEST, SUM).then(async (response) => {
    const about = await response.json();
    const { files, webgpu, rest, keep } = about;
    const used = [...Object.values(files), ...Object.values(webgpu?.files ?? {}), ...(rest ? [rest] : [])];
    const sums = new Map([[MANIFEST, SUM]]);
    for (const [url, sum] of Object.entries(keep)) sums.set(new URL(url, MANIFEST).href, sum);
    for (const { url, sha256: sum } of used.filter(({ apart }) => !apart)) sums.set(new URL(url, MANIFEST).href, url.endsWith('.js') ? sum : '');
    return { ...about, sums };
  });
  manifest.catch(() => { manifest = undefined; });
  return manifest;
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
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, 'late'));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  if (answer?.status < 500) return answer;
  const page = await keptPage().catch(() => undefined);
  if (page && answer) news.add('ill'); // without a network there is nothing to say
  return page ?? asked;
}

/**
 * The page of this deploy, as it was published. A host may put something into it on its way here, such as a script that counts visits: then it is
 * made of the copy in the app folder, which is no page, so that hosts leave it alone.
 */
async function publishedPage() {
  const answer = await fetch(SCOPE, { cache: 'reload' });
  const html = await answer.clone().text();
  if (!answer.ok || !html.includes(`${APP}/`)) throw new Error('another deploy has replaced this one');
  if (await isPublished(html)) return answer;
  const copy = (await (await fetch(`${SCOPE}${APP}/index.txt`)).text()).replaceAll('./app/', `./${APP}/`);
  if (!(await isPublished(copy))) throw new Error('the host changes files');
  const headers = new Headers(answer.headers);
  for (const name of ['content-encoding', 'content-length']) headers.delete(name); // they are of what the host sent
  return new Response(copy, { headers });
}

/** The page as it was kept; undefined when it is gone or was changed. */
async function keptPage() {
  const page = await stored(SCOPE);
  return page && (await isPublished(await page.clone().text())) ? page : undefined;
}

/** Whether this is the page that was published. It names the deploy, so its checksum is that without the name. @param {string} html */
async function isPublished(html) {
  const { index } = await readManifest();
  return (await sha256(new TextEncoder().encode(html.replaceAll(`./${APP}/`, './app/')))) === index;
}

/**
 * Everything else is named by its content: the kept file, if it is still the right one.
 * @param {Request} request
 */
async function kept(request) {
  const { sums } = await readManifest().catch(() => ({ sums: new Map() }));
  const sum = sums.get(request.url);
  if (sum) return checked(request, sum);
  if (sum === undefined) return fetch(request);
  return request.cache === 'reload' ? renewed(request) : ((await stored(request)) ?? fetch(request));
}

/** A kept file with this checksum; from the host where there is none. @param {Request | string} request @param {string} sum */
async function checked(request, sum) {
  const file = await stored(request);
  if (file && (await sha256(await file.clone().arrayBuffer())) === sum) return file;
  const answer = await (file ? renewed(request) : fetch(request));
  if (request === MANIFEST && (await sha256(await answer.clone().arrayBuffer())) !== sum) throw new Error('another deploy has replaced this one');
  return answer;
}

/** A file from the host, in place of the kept one, which was changed. @param {Request | string} request */
async function renewed(request) {
  news.add('changed');
  const answer = await fetch(request, { cache: 'reload' });
  const cache = answer.ok && (await caches.open(CACHE).catch(() => undefined));
  if (cache) await cache.put(request, answer.clone()).catch(() => {}); // else it is fetched at the next visit too
  return answer;
}

/** The checksum in hexadecimal digits. @param {BufferSource} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the cache has; nothing when the browser can't read it any more. @param {Request | string} request */
function stored(request) {
  return caches.match(request, { cacheName: CACHE }).catch(() => undefined);
}
