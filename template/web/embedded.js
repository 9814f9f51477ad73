/**
 * @file What embed.js takes from a deploy: the model to compute with, and the panels on a page of others.
 *
 * @typedef {import('./runtime/types.js').Row} Row
 * @typedef {import('./runtime/types.js').Result} Result
 */

import { accent } from './accent.js';
import { h } from './dom.js';
import { gather } from './inputs/gather.js';
import { makeLoading } from './loading.js';
import { localised } from './localised.js';
import { PANELS } from './panels/index.js';
import { Client } from './runtime/client.js';
import { readManifest } from './runtime/download.js';
import { decode } from './runtime/decode.js';
import { encode } from './runtime/encode.js';
import { Trouble } from './runtime/trouble.js';
import { t } from './strings.js';
import { Watched } from './watched.js';

export { speak } from './strings.js'; // comes first: nothing else has words before

const MANIFEST = new URL('manifest.json', import.meta.url).href;
const STYLES = [new URL('style.css', import.meta.url).href, new URL('embedded.css', import.meta.url).href];

/** The model without a form. Every call of `predict` gets its answer, in the order in which they came. */
export async function open() {
  const manifest = localised(await readManifest(MANIFEST));
  const client = new Client(manifest, MANIFEST);
  await client.ready;
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /**
   * Throws Refusals, all at once, for values that the form would refuse.
   * @param {Row} values field name -> value; a picture, sound or tensor as a Blob, an address or {dtype, dims, data}
   * @returns {Promise<Record<string, Result>>} output name -> result
   */
  function predict(values) {
    const answer = last.then(async () => {
      const feeds = encode(manifest.form, [await gather(manifest.form, values)]);
      return decode(manifest.form, (await client.run(feeds)).outputs)[0];
    });
    last = answer.catch(() => {});
    return answer;
  }
  return { predict, close: () => client.close() };
}

/**
 * The panels in an element of a shadow root; the form takes values at once, and computes when the model is there.
 * @param {HTMLElement} place
 * @param {{panels: string[], alarm: (error: unknown) => void, calm: () => void}} wishes
 */
export async function mount(place, { panels: names, alarm, calm }) {
  const unknown = names.find((name) => !Object.hasOwn(PANELS, name));
  if (unknown) throw new Trouble(t.embed.unknown(unknown, Object.keys(PANELS).join(', ')));
  const manifest = localised(await readManifest(MANIFEST));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host { --accent: ${accent(manifest.page.accent)}; }`);
  const root = /** @type {ShadowRoot} */ (place.getRootNode());
  root.adoptedStyleSheets = [sheet]; // the page around has the last word all the same, by ml-model { --accent: … }
  place.className = 'embedded';
  place.hidden = true;
  await styled(place);

  const loading = makeLoading(manifest.files);
  const client = new Client(manifest, MANIFEST, { onprogress: loading.update });
  const form = new Watched();
  const site = { manifest, client, form, loading: loading.element, alarm, calm, embedded: true };
  const panels = await Promise.all(names.map((name) => PANELS[name](site)));
  place.append(...panels.map((panel) => panel.element));
  place.hidden = false;
  client.ready
    .finally(() => loading.element.remove())
    .then(() => Promise.all(panels.map((panel) => panel.start?.())))
    .catch(alarm);
  return {
    get values() {
      return form.row;
    },
    set values(row) {
      form.fill(row ?? {});
    },
    close: () => client.close(),
  };
}

/** Give a place our style sheets, and wait until they are there or can't come. @param {HTMLElement} place */
async function styled(place) {
  const links = STYLES.map((href) => h('link', { rel: 'stylesheet', href }));
  const settled = links.map((link) => new Promise((resolve) => { link.onload = link.onerror = resolve; }));
  place.append(...links);
  await Promise.all(settled);
}
