/**
 * @file "Prove it on this device": a button, what it found, and the report to take away. The page itself sends nothing.
 *
 * Its element fires `proof` with the report.
 *
 * @typedef {import('./types.js').Site} Site
 * @typedef {import('../runtime/types.js').Report} Report
 */

import { engine } from '../runtime/device.js';
import { copier } from './copy.js';
import { button, h } from './dom.js';
import { issueUrl } from './links.js';
import { facts } from './parts.js';
import { save } from './save.js';
import { wordsOf } from './words.js';

const MAX_LISTED = 5; // cases and outputs of a report that is too long
const MAX_BODY = 5000; // characters of a report in the address of an issue, which hosts take no longer than some thousands

/** Nothing for a page that carries no cases. @param {Site} site @returns {HTMLElement[]} */
export function proveHere(site) {
  const { manifest: { cases }, client, signal, t, format } = site;
  if (!cases) return [];
  const start = button(t.here.start, 'chip', () => (running ? running.abort() : run()));
  const bar = h('progress', { max: cases.count, value: 0, hidden: true, 'aria-label': t.here.progress });
  const state = h('p', { class: 'help', role: 'status' });
  const verdict = h('div', { class: 'verdicts', 'aria-live': 'polite' });
  const found = h('div', { class: 'found' });
  /** Ends the proof under way. @type {AbortController | undefined} */
  let running;

  async function run() {
    const own = (running = new AbortController());
    signal.addEventListener('abort', () => own.abort(), { once: true, signal: own.signal });
    start.textContent = t.here.cancel;
    bar.value = 0;
    bar.hidden = false;
    state.textContent = t.here.running;
    for (const each of [verdict, found]) each.replaceChildren(); // of an earlier proof
    try {
      const report = await client.prove({ signal: own.signal, oncase: (count) => { bar.value = count; } });
      state.textContent = ''; // the verdict is said below
      verdict.replaceChildren(...judged(report, site));
      found.replaceChildren(...details(report, site));
      element.dispatchEvent(new CustomEvent('proof', { detail: report, bubbles: true, composed: true }));
    } catch (error) {
      if (signal.aborted) return;
      const { what, todo } = wordsOf(error, t);
      state.textContent = own.signal.aborted ? t.here.cancelled : t.here.impossible(what, todo);
    } finally {
      running = undefined;
      bar.hidden = true;
      start.textContent = found.hasChildNodes() ? t.here.again : t.here.start;
    }
  }

  const style = h('link', { rel: 'stylesheet', href: new URL('prove-here.css', import.meta.url).href });
  const about = h('p', { class: 'help' }, t.here.about(String(cases.count), format.bytes(cases.bytes)));
  const element = h('div', { class: 'prove-here' }, style, about, h('div', { class: 'controls' }, start, bar, state), verdict, found);
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') running?.abort();
  });
  return [element];
}

/** The verdict, and what to do about a bad one. @param {Report} report @param {Site} site */
function judged({ passed, cases, wrong, parted, device }, { t }) {
  if (passed) return [h('p', { class: 'verdict passed' }, parted ? t.here.parted(String(cases - parted), String(cases)) : t.here.passed(String(cases)))];
  return [h('p', { class: 'verdict failed' }, t.here.failed(String(wrong.length), String(cases))), h('p', {}, t.here.todo[device.backend])];
}

/** What was found, and the ways to take it along. @param {Report} report @param {Site} site */
function details(report, site) {
  const { cases, outputs, device, runtime, ms } = report;
  const worst = outputs.reduce((most, each) => ((each.max_rel ?? Infinity) > (most.max_rel ?? Infinity) ? each : most));
  const { max_abs: abs, max_rel: rel } = worst;
  const { manifest: { page, project, threads }, t, format } = site;
  const [computes, version] = Object.entries(runtime)[0];
  const backend = `${t.result[device.backend]}, ${computes} ${version}`;
  const largest = abs === null || rel === null ? t.here.endless : abs && t.here.share(format.tiny(abs), format.tiny(rel));
  const list = facts([
    [t.here.browser, engine(site)],
    [t.here.computed, device.backend === 'wasm' ? `${backend}, ${t.benchmark.threads(device.threads, threads)}` : backend],
    [t.here.card, device.card],
    [t.here.cases, String(cases)],
    [t.here.largest, largest || t.here.none],
    [t.here.time, format.duration(ms)],
  ]);
  const text = JSON.stringify(report, null, 2);
  const copies = copier({ [t.here.copy]: () => text }, site);
  copies.querySelector('.buttons')?.append(button(t.here.download, 'quiet', () => save(new Blob([text], { type: 'application/json' }), 'proof.json')));
  const url = issueUrl(project.repository, t.here.title(page.name, engine(site)), issueBody(report));
  if (url) {
    copies.querySelector('.buttons')?.append(h('a', { class: 'quiet', href: url, target: '_blank', rel: 'noopener noreferrer' }, t.here.issue));
    copies.append(h('p', { class: 'help' }, t.here.issueHelp));
  }
  return [list, copies];
}

/** The report as the text of an issue, its longest lists shortened where it would not fit into an address. @param {Report} report */
function issueBody(report) {
  const short = { ...report, wrong: report.wrong.slice(0, MAX_LISTED), outputs: report.outputs.slice(0, MAX_LISTED) };
  const whole = JSON.stringify(report, null, 2);
  return `\`\`\`json\n${whole.length > MAX_BODY ? JSON.stringify(short, null, 2).slice(0, MAX_BODY) : whole}\n\`\`\`\n`;
}
