/**
 * @file The model's graph to look at: boxes in layers, details of each. Fetched and drawn only when it comes near the screen.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 *
 * @typedef {{name: string, type: string, stored?: boolean}} TensorInfo a tensor; stored: it is in the model file
 *
 * @typedef {object} Box
 * @property {'input' | 'output' | 'plain' | 'weights' | 'ml' | 'other'} kind
 * @property {string} [operator] none for what goes into the model and comes out
 * @property {string} [domain]
 * @property {string} [name]
 * @property {TensorInfo[]} [inputs]
 * @property {TensorInfo[]} [outputs]
 * @property {Record<string, string>} [attributes]
 *
 * @typedef {object} Drawing What the build knows of the graph: graph.json.
 * @property {number} ir
 * @property {Record<string, number>} opsets
 * @property {string} producer
 * @property {{domain: string, operator: string, count: number}[]} operators all of them, counted
 * @property {number} drawn how many of them have a box
 * @property {Box[]} boxes
 * @property {[number, number][]} lines pairs of indices of boxes, sorted by the second
 */

import { UserFacingError } from '../../codec/user-facing-error.js';
import { MANIFEST } from '../../runtime/address.js';
import { download } from '../../runtime/download.js';
import { button, h } from '../../ui/dom.js';
import { onEnd } from '../../ui/lifetime.js';
import { wordsOf } from '../../ui/words.js';
import { details, legend, operators } from './details.js';
import { makePicture, measure } from './picture.js';
import { place } from './place.js';
import { makeView } from './view.js';

const LOAD_MARGIN = '400px'; // from the edge of the screen

/** @param {Site} site @returns {Panel} */
export function graph(site) {
  const { manifest, client, showError, t, format, signal } = site;
  const { files, libraries } = manifest;
  const state = h('p', { class: 'help', role: 'status' });
  const again = button(t.graph.again, 'chip', show);
  const content = h('div', { class: 'content' });
  const link = h('a', { href: new URL(files.model.url, MANIFEST).href, download: true }, t.graph.download(format.bytes(files.model.bytes)));
  const style = h('link', { rel: 'stylesheet', href: new URL('graph.css', import.meta.url).href });
  const about = h('p', { class: 'help' }, link);
  const element = h('section', { class: 'card graph' }, style, h('h2', {}, t.graph.heading), about, state, again, content);

  async function show() {
    again.hidden = true;
    say(t.graph.drawing);
    element.setAttribute('aria-busy', 'true');
    try {
      const drawing = await readDrawing(manifest, signal);
      const placed = await place(libraries.dagre, drawing.boxes.map((box) => measure(box, site)), drawing.lines, signal);
      about.replaceChildren(t.graph.about(made(drawing)), ' ', link);
      draw(drawing, placed);
    } catch (error) {
      if (signal.aborted) return;
      again.hidden = false;
      say('');
      if (!(error instanceof UserFacingError)) return showError(error);
      const { what, todo } = wordsOf(error, t);
      say(`${what} ${todo}`, true);
    } finally {
      element.removeAttribute('aria-busy');
    }
  }

  /** @param {Drawing} drawing @param {import('./worker.js').Placed} placed */
  function draw(drawing, placed) {
    const hint = h('p', { class: 'help' }, t.graph.hint);
    const side = h('div', { class: 'details', 'aria-live': 'polite' }, hint);
    const { element: picture, width } = makePicture(drawing.boxes, placed, (box) => {
      side.replaceChildren(...details(box, site));
      side.scrollTop = 0;
      side.scrollIntoView({ block: 'nearest' }); // it is below the picture on a narrow screen
    }, site);
    const view = makeView(picture, width, site);
    content.replaceChildren(legend(drawing, site), view.element, side, operators(drawing, site));
    const all = drawing.operators.reduce((sum, { count }) => sum + count, 0);
    const [drawn, counted] = [drawing.drawn, all].map((count) => format.number(count));
    const notes = [all > drawing.drawn && t.graph.first(drawn, counted), placed.paths.some(({ loose }) => loose) && t.graph.loose];
    say(notes.filter(Boolean).join(' '));
    view.begin();
  }

  /** @param {string} words @param {boolean} [bad] */
  function say(words, bad = false) {
    state.textContent = words;
    state.classList.toggle('refusal', bad);
  }

  again.hidden = true;
  const watcher = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    watcher.disconnect();
    show().catch(showError);
  }, { rootMargin: LOAD_MARGIN });
  onEnd(signal, () => watcher.disconnect());
  const watch = () => { if (!signal.aborted) watcher.observe(element); };
  client.ready.then(watch, watch); // never in the way of the first result; a model that does not start can be looked at
  return { element };
}

/**
 * What the build drew; throws UserFacingError, also on a visit that asks for a panel which the page does not have.
 * @param {import('../../runtime/types.js').Manifest} manifest @param {AbortSignal} signal
 * @returns {Promise<Drawing>}
 */
async function readDrawing({ graph: file }, signal) {
  if (!file) throw new UserFacingError('undrawn', (t) => t.graph.undrawn);
  return JSON.parse(new TextDecoder().decode(await download(file, MANIFEST, (t) => t.graph.file, { signal })));
}

/** What the file is made of, in parts of a sentence. @param {Drawing} drawing */
function made({ ir, opsets, producer }) {
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  return { opsets: versions.join(', '), ir: String(ir), producer };
}
