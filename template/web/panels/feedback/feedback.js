/**
 * @file What to do about a wrong result: an issue that the person opens, or rows that they collect. The page itself sends nothing.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {import('../../ui/types.js').Panel} Panel
 * @typedef {import('./report.js').Report} Report
 */

import { makeView } from '../../outputs/index.js';
import { button, h } from '../../ui/dom.js';
import { makeExpected } from './expected.js';
import { asRow, issue } from './report.js';
import { makeRows } from './rows.js';

/** @param {Site} site @returns {Promise<Panel>} */
export async function feedback(site) {
  const { manifest, form, root, signal, t } = site;
  const { outputs } = manifest.form;
  const views = await Promise.all(outputs.map((output) => makeView(output, site)));
  const expected = outputs.map((output) => makeExpected(output, manifest.form.sentences, site));
  const comment = h('textarea', { id: 'feedback-comment', rows: 3 });
  const problem = h('p', { class: 'refusal', role: 'alert' });
  const text = h('pre', { tabindex: 0, role: 'region', 'aria-label': t.feedback.preview });
  const shortened = h('p', { class: 'help' }, t.feedback.shortened);
  const open = h('a', { class: 'chip', target: '_blank', rel: 'noopener noreferrer' }, t.feedback.issue);
  const rows = makeRows(manifest, site);
  const collect = button(t.feedback.collect, 'chip', add);
  const waiting = h('p', { class: 'note' }, t.feedback.waiting);
  const controls = [...expected.map(({ element }) => element), h('div', { class: 'comment' }, h('label', { for: comment.id }, t.feedback.comment), comment)];
  const shown = h('div', { class: 'shown' }, h('h3', {}, t.feedback.preview), text, shortened);
  const work = h('div', { class: 'work' }, h('div', { class: 'asked' }, ...controls, problem), shown);
  const choices = h('div', { class: 'buttons' }, open, collect);
  const help = h('p', { class: 'help' }, t.feedback.issueHelp);
  /** What the form shows now. @type {Pick<Report, 'values' | 'results'> | undefined} */
  let current;

  /** @returns {Report | undefined} */
  function report() {
    if (!current) return undefined;
    const { values, results } = current;
    const said = Object.fromEntries(outputs.map(({ name }, index) => [name, views[index].text(results[name])]));
    return { values, results, said, expected: Object.fromEntries(expected.map(({ name, read }) => [name, read()])), comment: comment.value };
  }

  /** Show what would be sent, as it stands. */
  function update() {
    const now = report();
    waiting.hidden = Boolean(now);
    for (const part of [work, choices, help]) part.inert = !now;
    const made = now && issue(manifest, now, site);
    text.textContent = made ? `${made.title}\n\n${made.body}` : '';
    shortened.hidden = !made?.shortened;
    shown.hidden = open.hidden = help.hidden = !made?.url;
    open.href = made?.url ?? '';
  }

  /** Whether there is something to say, and all of it can be taken; if not, why. */
  function complete() {
    for (const each of expected) each.refuse(each.problem());
    const wrong = expected.some((each) => each.problem());
    const given = comment.value.trim() || expected.some(({ read }) => read());
    problem.textContent = wrong || given ? '' : t.feedback.empty;
    return Boolean(given) && !wrong;
  }

  function add() {
    const now = report();
    if (!now || !complete()) return;
    rows.add(asRow(manifest, now, site));
    comment.value = '';
    for (const { clear } of expected) clear();
    update();
  }

  open.addEventListener('click', (event) => {
    if (!complete()) event.preventDefault();
  });
  work.addEventListener('input', () => {
    problem.textContent = '';
    for (const each of expected) each.refuse('');
    update();
  });
  form.watch(() => { // a result of these values is still to come
    current = undefined;
    update();
  });
  current = form.said && form.said.values === form.row ? form.said : undefined;
  update();
  root.addEventListener('result', (event) => {
    current = /** @type {CustomEvent} */ (event).detail;
    update();
  }, { signal });
  const style = h('link', { rel: 'stylesheet', href: new URL('feedback.css', import.meta.url).href });
  const about = h('p', { class: 'help' }, manifest.project.repository ? t.feedback.about : t.feedback.aboutLocal);
  const head = [style, h('h2', {}, t.feedback.heading), about];
  return { element: h('section', { class: 'card feedback' }, ...head, waiting, work, choices, help, rows.element) };
}
