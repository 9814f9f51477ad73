/**
 * @file The browser's offer to install the page as an app. It comes once, and may come before the panel that takes it is there.
 *
 * @typedef {Event & {prompt: () => Promise<{outcome: 'accepted' | 'dismissed'}>}} Offer
 */

import { onEnd } from './lifetime.js';

/** A browser makes one offer to a document. @type {Offer | undefined} */
let offer;
/** @type {Set<(there: boolean) => void>} */
const listeners = new Set();

function tell() {
  for (const listener of listeners) listener(Boolean(offer));
}

/** Keep the offer when it comes, in place of what the browser itself would show. @param {AbortSignal} signal */
export function listenForInstall(signal) {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = /** @type {Offer} */ (event);
    tell();
  }, { signal });
  addEventListener('appinstalled', () => {
    offer = undefined;
    tell();
  }, { signal });
}

/** Whether there is an offer to take, told now and after every change. @param {(there: boolean) => void} listener @param {AbortSignal} signal */
export function onInstallOffer(listener, signal) {
  listeners.add(listener);
  onEnd(signal, () => listeners.delete(listener));
  listener(Boolean(offer));
}

/** Take the offer: the browser asks the person, once. */
export async function install() {
  const taken = offer;
  offer = undefined;
  await taken?.prompt();
  tell();
}
