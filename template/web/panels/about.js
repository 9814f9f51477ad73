/**
 * @file The page on other devices: its address as a QR code and as text, how to install it, and which versions run here.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {import('../runtime/types.js').Panel} Panel
 */

import { button, h } from '../dom.js';
import { install, onInstallOffer } from '../install.js';
import { local } from '../links.js';
import { loadModule } from '../runtime/library.js';
import { Trouble } from '../runtime/trouble.js';
import { buildOf, siteAddress } from '../site.js';
import { t } from '../strings.js';
import { qrCode } from './about-qr.js';
import { copier } from './copy.js';
import { facts, part } from './parts.js';

/** @param {Site} site @returns {Panel} */
export function about({ manifest, embedded = false }) {
  const address = siteAddress(manifest);
  const code = h('div', { class: 'code' });
  const state = h('p', { class: 'help', role: 'status', hidden: true });
  const style = h('link', { rel: 'stylesheet', href: new URL('about.css', import.meta.url).href });
  const parts = [...(address ? [addressPart(address, code, state)] : []), ...(embedded ? [] : [installPart()]), versionPart(manifest)];
  return {
    element: h('section', { class: 'card about' }, style, h('h2', {}, t.about.heading), h('div', { class: 'about-parts' }, ...parts)),
    async start() {
      if (!address) return;
      try {
        const picture = qrCode(await loadModule(manifest.libraries.uqr, t.about.library), address);
        if (picture) code.replaceChildren(picture);
        say(state, picture ? '' : t.about.long);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        say(state, `${error.message} ${error.todo}`);
      }
    },
  };
}

/** @param {HTMLElement} note @param {string} text */
function say(note, text) {
  note.textContent = text;
  note.hidden = !text;
}

/** @param {string} address @param {HTMLElement} code @param {HTMLElement} state */
function addressPart(address, code, state) {
  const { hostname, host } = new URL(address);
  const note = local(hostname) ? [h('p', { class: 'help' }, t.about.local(host))] : [];
  const words = h('div', { class: 'words' }, h('p', {}, h('a', { href: address }, address)), ...note, state, copier({ [t.about.address]: () => address }));
  const element = part(t.about.qr, h('div', { class: 'scan' }, code, words));
  element.classList.add('wide');
  return element;
}

/** A button where the browser offers to install the page, else how its menu does. */
function installPart() {
  const state = h('p', { class: 'help' });
  const press = button(t.about.install, 'chip', install);
  onInstallOffer((there) => {
    press.hidden = !there;
    const inApp = matchMedia('(display-mode: standalone)').matches;
    state.textContent = inApp ? t.about.installed : there ? t.about.able : t.about.byHand;
  });
  return part(t.about.install, state, press);
}

/** @param {import('../runtime/types.js').Manifest} manifest */
function versionPart({ files, versions }) {
  const sum = h('code', { title: files.model.sha256 }, `${files.model.sha256.slice(0, 12)}…`);
  return part(
    t.about.versions,
    facts([
      [t.about.build, buildOf() || t.about.unbuilt],
      ['onnxruntime-web', versions['onnxruntime-web']],
      [t.about.model, [sum]],
    ]),
  );
}
