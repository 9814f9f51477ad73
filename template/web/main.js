/**
 * @file Builds the page from manifest.json. What a kind of field, output or panel is, stands in its own folder.
 *
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 */

import { accent } from './accent.js';
import { alarm, calm, watch } from './alarm.js';
import { byId, h } from './dom.js';
import { languageMenu, offered, wanted } from './languages.js';
import { makeLoading } from './loading.js';
import { listenForInstall } from './install.js';
import { localised } from './localised.js';
import { keepForNextVisit } from './offline.js';
import { PANELS } from './panels/index.js';
import { Client } from './runtime/client.js';
import { readManifest } from './runtime/download.js';
import { Trouble } from './runtime/trouble.js';
import { buildOf } from './site.js';
import { language, speak, t } from './strings.js';
import { Watched } from './watched.js';

async function start() {
  document.documentElement.lang = language;
  const manifestUrl = new URL('manifest.json', import.meta.url).href;
  const manifest = localised(await readManifest(manifestUrl));
  document.documentElement.style.setProperty('--accent', accent(manifest.page.accent));
  fillHeader(manifest);

  const loading = makeLoading(manifest.files);
  const client = new Client(manifest, manifestUrl, { onprogress: loading.update });
  const site = { manifest, client, form: new Watched(), loading: loading.element, alarm, calm };
  const panels = await Promise.all(chosen(manifest).map((name) => PANELS[name](site)));
  byId('main').append(...panels.map((panel) => panel.element));
  fillFooter(manifest); // only now, or it would jump
  try {
    await client.ready;
  } finally {
    loading.element.remove();
  }
  await Promise.all(panels.map((panel) => panel.start?.()));
  if (document.documentElement.dataset.state === 'loading') calm();
  keepForNextVisit(); // only now, so that its downloads never compete with the first result
}

/** The panels of this visit: those of metadata.yml, or those that the address asks for: ?panels=predict,card. @param {Manifest} manifest */
function chosen({ page }) {
  const asked = new URLSearchParams(location.search).get('panels')?.split(',') ?? page.panels;
  const unknown = asked.find((name) => !Object.hasOwn(PANELS, name));
  if (unknown !== undefined) throw new Trouble(t.embed.unknown(unknown, Object.keys(PANELS).join(', ')));
  return asked;
}

/** @param {Manifest} manifest */
function fillHeader({ project, page }) {
  for (const [id, text] of Object.entries({ brand: project.title, name: page.name, lead: page.description })) {
    byId(id).textContent = text;
    byId(id).hidden = !text;
  }
  document.title = page.name === project.title ? page.name : `${page.name} · ${project.title}`;
  document.querySelector('header')?.prepend(...languageMenu());
}

/** @param {Manifest} manifest */
function fillFooter({ project, versions }) {
  const made = Object.entries(versions).map(([name, version]) => h('li', {}, `${name} ${version}`));
  const build = buildOf();
  if (build) made.push(h('li', {}, t.footer.build(build)));
  if (project.repository) made.push(h('li', {}, h('a', { href: project.repository }, t.footer.source)));
  byId('footer').append(h('p', { class: 'privacy' }, t.footer.privacy), h('ul', {}, ...made));
}

listenForInstall();
/** What support.js left here. @type {{mlwebUnsupported: string, mlwebLost: (file: string) => void}} */
const support = /** @type {any} */ (window);
if (!support.mlwebUnsupported) {
  speak(offered(), wanted()).then(
    () => {
      watch();
      start().catch(alarm);
    },
    (error) => support.mlwebLost(error.message), // for want of sentences of our own
  );
}
