/**
 * @file Keeps the page for the next visit, with sw.js.
 */

/**
 * Register this deploy's service worker. Its address carries the deploy, so a new one replaces it; browsers that allow none,
 * as in some private windows, just fetch the page again the next time.
 */
export function keepForNextVisit() {
  const app = import.meta.url.split('/').at(-2);
  const worker = new URL(`../sw.js?${app}`, import.meta.url);
  navigator.serviceWorker?.register(worker, { updateViaCache: 'none' }).catch(() => {});
}
