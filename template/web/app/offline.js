/**
 * @file Keeps the page for the next visit, with sw.js, and lets a newer deploy take over when nobody needs this one any more.
 */

import { MANIFEST, appFolder, isSingleFile, siteUrl } from '../runtime/address.js';
import { sha256 } from '../runtime/download.js';
import { withScriptUrl } from '../runtime/trusted-types.js';
import { makeNotice, watchForUpdates } from './update-notice.js';

/**
 * Register this deploy's service worker. Its address carries the deploy, so that another one replaces it, and the checksum of the manifest,
 * by which it knows what it keeps. Where there is none, as in some private windows, or where it finds no room, the page is just fetched
 * again the next time.
 * @param {import('../strings/index.js').Strings} t
 */
export async function keepForNextVisit(t) {
  if (isSingleFile()) return; // the next visit has that very file
  const app = appFolder();
  const say = makeNotice();
  const look = watchForUpdates(app, say, t);
  const container = navigator.serviceWorker;
  const manifest = container && (await fetch(MANIFEST).then((response) => response.arrayBuffer(), () => undefined)); // as the browser has it
  if (!manifest) return;
  const address = siteUrl(`sw.js?${app}&${await sha256(new Uint8Array(manifest))}`);
  container.addEventListener('message', ({ data }) => {
    if (data !== 'filled') say(t.kept[/** @type {'ill' | 'changed'} */ (data)], t.kept.close); // which the panel `about` waits for
  });
  container.startMessages();
  if (container.controller?.scriptURL === address) container.controller.postMessage('keep'); // what another page of this origin may have deleted
  const registration = await withScriptUrl(address, (url) => container.register(url, { updateViaCache: 'none' })).catch(() => undefined);
  if (!registration) return; // nor for as long as a silent host takes

  registration.addEventListener('updatefound', look); // another window has found a newer deploy
  const worker = [registration.installing, registration.waiting].find((each) => each?.scriptURL === address);
  const takeOver = () => worker?.state === 'installed' && worker.postMessage('take over');
  worker?.addEventListener('statechange', takeOver);
  takeOver();
}
