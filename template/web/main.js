/**
 * @file Builds the page from manifest.json. What a kind of field, output or panel is, stands in its own folder.
 *
 * @typedef {import('./runtime/types.js').Manifest} Manifest
 */

import { accent } from './accent.js';
import { alarm, calm, watch } from './alarm.js';
import { byId, h } from './dom.js';
import { makeLoading } from './loading.js';
import { repositoryUrl } from './links.js';
import { keepForNextVisit } from './offline.js';
import { PANELS } from './panels/index.js';
import { Client } from './runtime/client.js';
import { readManifest } from './runtime/download.js';
import { t } from './strings.js';
import { Watched } from './watched.js';

async function start() {
  const manifestUrl = new URL('manifest.json', import.meta.url).href;
  const manifest = await readManifest(manifestUrl);
  document.documentElement.style.setProperty('--accent', accent(manifest.page.accent));
  fillHeader(manifest);
  fillFooter(manifest);

  const loading = makeLoading(manifest.files);
  const client = new Client(manifest, manifestUrl, { onprogress: loading.update });
  const site = { manifest, client, form: new Watched(), loading: loading.element, alarm, calm };
  const panels = await Promise.all(manifest.page.panels.map((name) => PANELS[name](site)));
  byId('main').append(...panels.map((panel) => panel.element));
  try {
    await client.ready;
  } finally {
    loading.element.remove();
  }
  await Promise.all(panels.map((panel) => panel.start?.()));
  if (document.documentElement.dataset.state === 'loading') calm();
  keepForNextVisit(); // only now, so that its downloads never compete with the first result
}

/** @param {Manifest} manifest */
function fillHeader({ project, page }) {
  for (const [id, text] of Object.entries({ brand: project.title, name: page.name, lead: page.description })) {
    byId(id).textContent = text;
    byId(id).hidden = !text;
  }
}

/** @param {Manifest} manifest */
function fillFooter({ project, versions }) {
  const made = Object.entries(versions).map(([name, version]) => h('li', {}, `${name} ${version}`));
  const build = /app-(\w+)/.exec(import.meta.url)?.[1];
  if (build) made.push(h('li', {}, t.footer.build(build)));
  const source = repositoryUrl(project.repository);
  if (source) made.push(h('li', {}, h('a', { href: source }, t.footer.source)));
  byId('footer').append(h('p', { class: 'privacy' }, t.footer.privacy), h('ul', {}, ...made));
}

watch();
if (!(/** @type {any} */ (window).mlwebUnsupported)) start().catch(alarm);
