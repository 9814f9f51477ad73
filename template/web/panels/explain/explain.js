/**
 * @file What moved this result away from the typical case.
 *
 * How that is found out depends on the kinds of the fields: each way has a file of its own. Here is what they share: when to
 * compute, and what to say when there is nothing to show. It runs in parts, in a lane of its own behind the form's, and waits
 * as long as the last explanation took, so that a slow model is asked only when the form has come to rest.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('../../codec/types.js').Output} Output
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Row} Row
 *
 * @typedef {object} Explainer
 * @property {HTMLElement} element
 * @property {(row: Row, run: (rows: Row[]) => Promise<Result[]>) => Promise<string>} explain draws it, or says why it can't;
 *   `run` throws Superseded when the form has changed meanwhile, or is gone
 */

import { h } from '../../ui/dom.js';
import { Superseded } from '../../runtime/client.js';
import { decode } from '../../codec/decode.js';
import { encode } from '../../codec/encode.js';
import { kindOf } from '../../codec/kinds.js';
import { UserFacingError } from '../../codec/user-facing-error.js';
import { onEnd } from '../../ui/lifetime.js';
import { wordsOf } from '../../ui/words.js';
import { byFields } from './fields.js';
import { byOcclusion } from './occlusion.js';
import { numeric } from '../../ui/numeric.js';

const LONGEST_PAUSE = 1000; // ms
const PART = 256; // rows of a run, after which the form's has its turn

/** @param {Site} site @returns {Panel} */
export function explain(site) {
  const { manifest: { form }, client, form: watched, signal, t } = site;
  const output = numeric(form);
  const found = output && explainer(output, site);
  const note = h('p', { class: 'note' });
  const style = h('link', { rel: 'stylesheet', href: new URL('explain.css', import.meta.url).href });
  const element = h('section', { class: 'explain' }, style, h('h2', {}, t.explain.heading), note);
  if (!found) {
    note.textContent = t.explain.impossible;
    return { element };
  }
  const way = found;
  const { name } = output;
  const part = form.batch ? PART : 1;
  /** @type {Row | undefined} */
  let last = {}; // the form may run again on the same values
  let changes = 0;
  let took = 0;
  let timer = 0;
  onEnd(signal, () => clearTimeout(timer));

  /** @param {Row | undefined} row */
  async function update(row) {
    if (row === last || (row && last && Object.keys(row).every((name) => row[name] === last?.[name]))) return;
    last = row;
    const change = ++changes;
    if (!row) return say(t.explain.none);
    way.element.setAttribute('aria-busy', 'true');
    try {
      await client.ready;
      clearTimeout(timer); // of the change before, which nobody waits for any more
      await new Promise((resolve) => { timer = setTimeout(resolve, Math.min(took, LONGEST_PAUSE)); });
      if (change !== changes || signal.aborted) return;
      const begun = performance.now();
      say(await way.explain(row, (rows) => run(rows, change)));
      took = performance.now() - begun;
    } catch (error) {
      if (error instanceof Superseded || change !== changes || signal.aborted) return;
      if (!(error instanceof UserFacingError)) throw error;
      const { what, todo } = wordsOf(error, t);
      say(`${what} ${todo}`);
    }
  }

  /** @param {Row[]} rows @param {number} change what they were asked for @returns {Promise<Result[]>} */
  async function run(rows, change) {
    /** @type {Result[]} */
    const results = [];
    while (results.length < rows.length) {
      if (change !== changes || signal.aborted) throw new Superseded();
      const some = rows.slice(results.length, results.length + part);
      const { outputs } = await client.run(encode(form, some), 'explain');
      results.push(...decode(form, outputs, some.length).map((each) => each[name]));
    }
    if (change !== changes || signal.aborted) throw new Superseded();
    return results;
  }

  /** Why there is nothing to see; '' when there is. @param {string} why */
  function say(why) {
    note.textContent = why;
    note.hidden = !why;
    way.element.hidden = Boolean(why);
    way.element.removeAttribute('aria-busy');
  }

  element.append(way.element);
  say(t.explain.none);
  watched.watch(update);
  return { element };
}

/** What a result of this form is explained by; the first that fits. @param {Output} output @param {Site} site @returns {Explainer | undefined} */
function explainer(output, site) {
  const kinds = site.manifest.form.inputs.flatMap(({ fields }) => fields.map(kindOf));
  if (kinds.some(({ isPicture }) => isPicture)) return byOcclusion(output, site);
  return kinds.some(({ isNumeric, options }) => isNumeric || options) ? byFields(output, site) : undefined;
}
