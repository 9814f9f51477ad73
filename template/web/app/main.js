/**
 * @file Builds the page from manifest.json. What a kind of field, output or panel is, stands in its own folder.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../ui/types.js').Context} Context
 */

import { shortened } from '../codec/shorten.js';
import { UserFacingError } from '../codec/user-facing-error.js';
import { prepare } from '../inputs/index.js';
import { prepare as prepareResults } from '../outputs/index.js';
import { PANELS } from '../panels/index.js';
import { MANIFEST, buildOf } from '../runtime/address.js';
import { Client } from '../runtime/client.js';
import { readManifest } from '../runtime/download.js';
import { withResolvers } from '../runtime/session.js';
import { byId, h } from '../ui/dom.js';
import { FormState } from '../ui/form-state.js';
import { listenForInstall } from '../ui/install.js';
import { clearError, onUncaughtError, showError } from './alerts.js';
import { makeContext } from './context.js';
import { languageMenu, offered, wanted } from './languages.js';
import { makeLoading } from './loading.js';
import { localised } from './localised.js';
import { keepForNextVisit } from './offline.js';
import { makeViews } from './views.js';

/** The page has no end but the browser's. */
const { signal } = new AbortController();

/** @param {Context} context */
async function start(context) {
  const { language, t } = context;
  document.documentElement.lang = language;
  const manifest = localised(await readManifest(MANIFEST), language);
  document.documentElement.style.setProperty('--accent', manifest.page.accent);
  const loading = makeLoading(manifest, context, () => client.restart().catch(() => {}), byId('loading')); // who waits for it hears of a failure
  loading.element.remove(); // its place is where the result will be; here it would be moved by the heading
  fillHeader(manifest, context);
  await prepare(manifest);

  const form = withResolvers();
  const beside = () => prepareResults(manifest);
  const client = new Client(manifest, MANIFEST, { onprogress: loading.update, after: form.promise.then(() => loading.consent(byId('main'))), beside }); // megabytes, behind which all else would wait
  const parts = { ...context, manifest, client, form: new FormState(), loading: loading.element, clearError };
  const views = makeViews(parts, chosen(manifest), byId('main'));
  await views.begin();
  if (document.documentElement.dataset.state === 'loading') document.documentElement.dataset.state = 'form';
  form.resolve(undefined);
  try {
    await client.ready.finally(loading.end);
    await views.started();
  } finally {
    await views.complete();
    fillFooter(manifest, context); // only now, or it would jump
  }
  if (document.documentElement.dataset.state === 'form') clearError();
  await keepForNextVisit(t); // only now, so that its downloads never compete with the first result
  whenIdle(views.prepare);
}

/** The views of this visit: those of metadata.yml, or one of the panels that the address asks for: ?panels=predict,card. @param {Manifest} manifest */
function chosen({ page }) {
  const asked = new URLSearchParams(location.search).get('panels')?.split(',');
  if (!asked) return page.views;
  const unknown = asked.find((name) => !Object.hasOwn(PANELS, name));
  if (unknown !== undefined) {
    throw new UserFacingError('unknown-panel', (t) => t.embed.unknown(shortened(unknown), Object.keys(PANELS).join(', ')));
  }
  return [{ name: 'asked', panels: asked }];
}

/** @param {Manifest} manifest @param {Context} context */
function fillHeader({ project, page }, { language, t }) {
  for (const [id, text] of Object.entries({ brand: project.title === page.name ? '' : project.title, name: page.name, lead: page.description })) {
    byId(id).textContent = text;
    byId(id).hidden = !text;
  }
  document.title = ['', page.name].includes(project.title) ? page.name : `${page.name} · ${project.title}`;
  document.querySelector('header')?.prepend(...languageMenu(language, t));
}

/** @param {Manifest} manifest @param {Context} context */
function fillFooter({ project, versions }, { t }) {
  const made = Object.entries(versions).map(([name, version]) => h('li', {}, `${name} ${shortened(version)}`));
  const build = buildOf();
  if (build) made.push(h('li', {}, t.footer.build(build)));
  if (project.repository) made.push(h('li', {}, h('a', { href: project.repository }, t.footer.source)));
  byId('footer').append(h('p', { class: 'privacy' }, t.footer.privacy), h('ul', {}, ...made));
}

/** @param {() => void} work that nobody waits for */
function whenIdle(work) {
  if ('requestIdleCallback' in window) requestIdleCallback(work);
  else setTimeout(work, 1000); // Safari
}

/** A file that misses its place would open in place of the page, and take with it what was entered. */
function refuseStrayFiles() {
  for (const type of /** @type {const} */ (['dragover', 'drop'])) {
    document.addEventListener(type, (event) => {
      const { dataTransfer, defaultPrevented, target } = event;
      if (defaultPrevented || target instanceof HTMLInputElement || !dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      dataTransfer.dropEffect = 'none';
    });
  }
}

document.querySelector('.alert.late')?.remove(); // a script runs
listenForInstall(signal);
refuseStrayFiles();
/** What support.js left here. @type {{mlwebUnsupported: string, mlwebLost: (file: string) => void}} */
const support = /** @type {any} */ (window);
if (!support.mlwebUnsupported) {
  makeContext({ languages: offered(), wanted: wanted(), root: document, signal, say: showError }).then(
    (context) => {
      onUncaughtError(context.showError);
      start(context).catch(context.showError);
    },
    (error) => support.mlwebLost(error.message), // our own sentences are not loaded yet
  );
}
