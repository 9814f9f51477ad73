/**
 * @file The page on other devices and on this one: its address as a QR code and as text, how to install it, what is kept here, and which versions run.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../ui/types.js').Context} Context
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { buildOf, isSingleFile, siteAddress } from '../../runtime/address.js';
import { ENGINES } from '../../runtime/engines/index.js';
import { loadModule } from '../../runtime/library.js';
import { copier } from '../../ui/copy.js';
import { button, h } from '../../ui/dom.js';
import { install, onInstallOffer } from '../../ui/install.js';
import { local } from '../../ui/links.js';
import { facts, part } from '../../ui/parts.js';
import { wordsOf } from '../../ui/words.js';
import { keptPart } from './on-device.js';
import { qrCode } from './qr.js';

/** @param {Site} site @returns {Panel} */
export function about(site) {
  const { manifest, t, root } = site;
  const address = siteAddress(manifest);
  const code = h('div', { class: 'code' });
  const state = h('p', { class: 'help', role: 'status', hidden: true });
  const style = h('link', { rel: 'stylesheet', href: new URL('about.css', import.meta.url).href });
  const elsewhere = address ? [addressPart(address, code, state, site)] : [];
  const kept = keptPart(site);
  const onDevice = [...(root === document ? [installPart(site)] : []), ...(isSingleFile() ? [] : [kept.element])]; // a host page is not ours to install
  const parts = [...elsewhere, h('div', { class: 'on-device' }, ...onDevice), versionPart(manifest, site)];
  return {
    element: h('section', { class: 'card about' }, style, h('h2', {}, t.about.heading), h('div', { class: 'about-parts' }, ...parts)),
    async start() {
      void kept.look();
      if (!address) return;
      try {
        const picture = qrCode(await loadModule(manifest.libraries.uqr, (t) => t.about.library), address);
        if (picture) code.replaceChildren(picture);
        say(state, picture ? '' : t.about.long);
      } catch (error) {
        if (!(error instanceof UserFacingError)) throw error;
        const { what, todo } = wordsOf(error, t);
        say(state, `${what} ${todo}`);
      }
    },
  };
}

/** @param {HTMLElement} note @param {string} text */
function say(note, text) {
  note.textContent = text;
  note.hidden = !text;
}

/** @param {string} address @param {HTMLElement} code @param {HTMLElement} state @param {Context} context */
function addressPart(address, code, state, context) {
  const { t } = context;
  const { hostname, host } = new URL(address);
  const note = local(hostname) ? [h('p', { class: 'help' }, t.about.local(host))] : [];
  const copy = copier({ [t.about.address]: () => address }, context);
  const words = h('div', { class: 'words' }, h('p', {}, h('a', { href: address }, address)), ...note, state, copy);
  return part(t.about.qr, h('div', { class: 'scan' }, code, words));
}

/** A button where the browser offers to install the page, else how its menu does. @param {Context} context */
function installPart({ t, signal }) {
  const state = h('p', { class: 'help' });
  const press = button(t.about.install, 'chip', install);
  onInstallOffer((there) => {
    press.hidden = !there;
    const inApp = matchMedia('(display-mode: standalone)').matches;
    state.textContent = inApp ? t.about.installed : there ? t.about.able : t.about.byHand;
  }, signal);
  return part(t.about.install, state, press);
}

/** @param {import('../../runtime/types.js').Manifest} manifest @param {Context} context */
function versionPart({ engine, files, versions }, { t }) {
  const { library } = ENGINES[engine];
  const sum = h('code', { title: files.model.sha256 }, `${files.model.sha256.slice(0, 12)}…`);
  return part(
    t.about.versions,
    facts([
      [t.about.build, buildOf() || t.about.unbuilt],
      [library, versions[library]],
      [t.about.model, [sum]],
    ]),
  );
}
