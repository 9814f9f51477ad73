/**
 * @file The browser's offer to install the page as an app. It comes once, and may come before the panel that takes it is there.
 *
 * @typedef {Event & {prompt: () => Promise<{outcome: 'accepted' | 'dismissed'}>}} Offer
 */

/** @type {Offer | undefined} */
let offer;
let tell = () => {};

/** Keep the offer when it comes, in place of what the browser itself would show. */
export function listenForInstall() {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = /** @type {Offer} */ (event);
    tell();
  });
  addEventListener('appinstalled', () => {
    offer = undefined;
    tell();
  });
}

/** Whether there is an offer to take, told now and after every change. @param {(there: boolean) => void} told */
export function onInstallOffer(told) {
  tell = () => told(Boolean(offer));
  tell();
}

/** Take the offer: the browser asks the person, once. */
export async function install() {
  const taken = offer;
  offer = undefined;
  await taken?.prompt();
  tell();
}
