/**
 * @file What embed.js takes from a deploy: the model to compute with, and the panels on a host page.
 *
 * @typedef {import('../codec/types.js').Row} Row
 * @typedef {import('../codec/types.js').Result} Result
 * @typedef {import('../codec/types.js').Feed} Feed
 * @typedef {import('../strings/index.js').Strings} Strings
 * @typedef {{languages: string[], wanted: string[], signal: AbortSignal}} Wishes the languages that the site offers, those wanted, and how long
 */

import { decode } from '../codec/decode.js';
import { encode } from '../codec/encode.js';
import { Refusal, ValidationErrors } from '../codec/refusal.js';
import { shortened } from '../codec/shorten.js';
import { UserFacingError } from '../codec/user-facing-error.js';
import { gather } from '../inputs/gather.js';
import { prepare } from '../inputs/index.js';
import { prepare as prepareResults } from '../outputs/index.js';
import { PANELS } from '../panels/index.js';
import { MANIFEST } from '../runtime/address.js';
import { Client } from '../runtime/client.js';
import { readManifest } from '../runtime/download.js';
import { withResolvers } from '../runtime/session.js';
import { h } from '../ui/dom.js';
import { FormState } from '../ui/form-state.js';
import { wordsOf } from '../ui/words.js';
import { makeContext } from './context.js';
import { makeLoading } from './loading.js';
import { localised } from './localised.js';

/** Whatever fails after the close, fails for that. */
const CLOSED = new UserFacingError('closed', (t) => t.trouble.closed);
const STYLES = [new URL('../style.css', import.meta.url).href, new URL('embedded.css', import.meta.url).href];

/**
 * The model without a form. Every call of `predict` gets its answer, in the order in which they came.
 * @param {Wishes} wishes
 */
export async function open({ signal, ...wishes }) {
  const context = await makeContext({ ...wishes, root: globalThis.document, signal, say: (error) => { throw error; } });
  const { language, t } = context;
  const inWords = (/** @type {unknown} */ error) => { throw spoken(signal.aborted ? CLOSED : error, t); };
  const manifest = localised(await readManifest(MANIFEST, signal).catch(inWords), language);
  const client = new Client(manifest, MANIFEST, { signal, beside: () => prepareResults(manifest, signal) });
  await Promise.all([client.ready, prepare(manifest)]).catch(inWords);
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /**
   * Throws ValidationErrors, all at once, for values that the form would refuse.
   * @param {Row} values field name -> value; a picture, sound or tensor as a Blob, an address or {dtype, dims, data}
   * @returns {Promise<Record<string, Result>>} output name -> result
   */
  const predict = (values) => answered(values);

  /**
   * @param {Row} values @param {(outputs: Record<string, Feed>) => void} [onpart] hears what there is, where an engine makes it bit by bit
   * @returns {Promise<Record<string, Result>>}
   */
  function answered(values, onpart) {
    const answer = last.then(async () => {
      const feeds = encode(manifest.form, [await gather(manifest.form, values, context)]);
      return decode(manifest.form, (await client.run(feeds, 'form', 1, onpart)).outputs)[0];
    }).catch(inWords);
    last = answer.catch(() => {});
    return answer;
  }

  /**
   * What a language model writes, piece by piece while it does; a loop that is left ends it. Throws as `predict` does. A text that is read in parts
   * is one piece: what is written of a part is not yet what is written of all.
   * @param {string | Row} given the prompt, or values of the form; fields left out take their default
   * @returns {AsyncGenerator<string, void, void>}
   */
  async function* stream(given) {
    const output = manifest.form.outputs.find(({ kind }) => kind === 'text');
    if (!output) throw spoken(new UserFacingError('no-text', () => t.embed.noText), t);
    const textOf = (/** @type {Record<string, Result>} */ results) => /** @type {import('../codec/types.js').TextResult} */ (results[output.name]);
    let [text, streamed, isDone, wake] = ['', '', false, () => {}];
    const start = manifest.form.inputs.flatMap(({ fields }) => fields.map((field) => [field.name, field.default]));
    const values = { ...Object.fromEntries(start), ...(typeof given === 'string' ? { prompt: given } : given) };
    const answer = answered(values, (outputs) => {
      const part = textOf(decode(manifest.form, outputs)[0]);
      if ((part.context?.parts ?? 1) === 1) text = part.text.replace(/\ufffd+$/, ''); // of a character that is not whole yet
      wake();
    })
      .then((results) => { text = textOf(results).text; })
      .finally(() => {
        isDone = true;
        wake();
      });
    answer.catch(() => {}); // whoever loops hears of it
    try {
      for (;;) {
        const changed = /** @type {Promise<void>} */ (new Promise((resolve) => { wake = resolve; }));
        const isLast = isDone;
        if (text.length > streamed.length) {
          const piece = text.slice(streamed.length);
          streamed = text;
          yield piece;
        } else if (isLast) break;
        else await changed;
      }
      await answer;
    } finally {
      if (!isDone) await client.stop();
    }
  }
  return { predict, stream, prove: () => client.prove().catch(inWords) };
}

/**
 * The panels in an element of a shadow root; the form takes values at once, and computes when the model is there.
 * @param {HTMLElement} place
 * @param {Wishes & {panels: string[], showError: (error: Error) => void, clearError: () => void}} wishes
 */
export async function mount(place, { panels: names, showError, clearError, signal, ...wishes }) {
  const root = /** @type {ShadowRoot} */ (place.getRootNode());
  const context = await makeContext({ ...wishes, root, signal, say: (error, t) => signal.aborted || showError(spoken(error, t)) });
  const { language, t } = context;
  try {
    const unknown = names.find((name) => !Object.hasOwn(PANELS, name));
    if (unknown) throw new UserFacingError('unknown-panel', () => t.embed.unknown(shortened(unknown), Object.keys(PANELS).join(', ')));
    const manifest = localised(await readManifest(MANIFEST, signal), language);
    await prepare(manifest);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host { --accent: ${manifest.page.accent}; }`);
    root.adoptedStyleSheets = [sheet]; // the host page has the last word all the same, by ml-model { --accent: … }
    place.className = 'embedded';
    place.hidden = true;
    await styled(place);

    const loading = makeLoading(manifest, context, () => client.restart().catch(() => {})); // who waits for it hears of a failure
    const shown = withResolvers();
    const after = shown.promise.then(() => loading.consent(place));
    const client = new Client(manifest, MANIFEST, { signal, onprogress: loading.update, after, beside: () => prepareResults(manifest, signal) });
    const form = new FormState();
    const site = { ...context, manifest, client, form, loading: loading.element, clearError };
    const panels = await Promise.all(names.map((name) => PANELS[name](site)));
    place.append(...panels.map((panel) => panel.element));
    place.hidden = false;
    shown.resolve(undefined);
    client.ready
      .finally(loading.end)
      .then(() => Promise.all(panels.map((panel) => panel.start?.())))
      .catch(context.showError);
    return {
      get values() {
        return form.row;
      },
      set values(row) {
        form.fill(row ?? {});
      },
      prove: () => client.prove().catch((error) => { throw spoken(error, t); }),
    };
  } catch (error) {
    throw spoken(error, t);
  }
}

/** An error whose message is words, as code that is not ours expects it; with its code. @param {unknown} error @param {Strings} t @returns {Error} */
function spoken(error, t) {
  if (error instanceof ValidationErrors) return error; // has words already
  if (error instanceof Refusal) return Object.assign(new Error(error.sentence(t), { cause: error }), { code: error.code });
  const { what, todo } = wordsOf(error, t);
  return Object.assign(new Error(`${what} ${todo}`, { cause: error }), { code: error instanceof UserFacingError ? error.code : 'unexpected' });
}

/** Give a place our style sheets, and wait until they are there or can't come. @param {HTMLElement} place */
async function styled(place) {
  const links = STYLES.map((href) => h('link', { rel: 'stylesheet', href }));
  const settled = links.map((link) => new Promise((resolve) => { link.onload = link.onerror = resolve; }));
  place.append(...links);
  await Promise.all(settled);
}
