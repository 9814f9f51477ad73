/**
 * @file Keeps the page for the next visit, with sw.js, and lets a newer deploy take over when nobody needs this one any more.
 */

import { appFolder, isSingleFile, siteUrl } from '../runtime/address.js';
import { watchForUpdates } from './update-notice.js';

/**
 * Register this deploy's service worker. Its address carries the deploy, so that another one replaces it. Where there is none,
 * as in some private windows, or where it finds no room, the page is just fetched again the next time.
 * @param {import('../strings/index.js').Strings} t
 */
export async function keepForNextVisit(t) {
  if (isSingleFile()) return; // the next visit has that very file
  const app = appFolder();
  const look = watchForUpdates(app, t);
  const address = siteUrl(`sw.js?${app}`);
  const registration = await navigator.serviceWorker?.register(address, { updateViaCache: 'none' }).catch(() => undefined);
  if (!registration) return;
  if (registration.active?.scriptURL === address) registration.active.postMessage('keep'); // what another page of this origin may have deleted

  registration.addEventListener('updatefound', look); // another window has found a newer deploy
  const worker = [registration.installing, registration.waiting].find((each) => each?.scriptURL === address);
  const takeOver = () => worker?.state === 'installed' && worker.postMessage('take over');
  worker?.addEventListener('statechange', takeOver);
  takeOver();
}
