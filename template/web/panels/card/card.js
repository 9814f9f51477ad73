/**
 * @file What the model is: data, limits, quality beside a baseline, what training saw, the proof, the files.
 *
 * @typedef {import('../../api.js').Site} Site
 * @typedef {import('../../api.js').Panel} Panel
 * @typedef {import('../../api.js').Context} Context
 * @typedef {import('../../api.js').Manifest} Manifest
 * @typedef {import('../../api.js').Metric} Metric
 * @typedef {import('../../api.js').Known} Known
 * @typedef {import('../../api.js').Field} Field
 */

import { facts, formatValue, h, linked, part, shortened, table } from '../../api.js';
import { proof } from './proof.js';

/** @param {Site} site @returns {Panel} */
export function card(site) {
  const parts = [words, quality, proof, ranges, files].map((make) => make(site.manifest, site));
  const shownParts = parts.filter((part) => part !== undefined);
  return { element: h('section', { class: 'card model-card' }, h('h2', {}, site.t.card.heading), h('div', { class: 'parts' }, ...shownParts)) };
}

/** @param {Manifest} manifest @param {Context} context */
function words({ card: about, project, facts: { data, source } }, { t }) {
  /** The last is the key of a text that may still be a recipe's. @type {[string, string | undefined, string?][]} */
  const entries = [
    [t.card.data, about.data ?? data, 'data'],
    [t.card.limits, about.limits, 'limits'],
    [t.card.license, about.license ?? (source === undefined ? project.license : undefined)], // the licence of a file from elsewhere is its own
    [t.card.contact, about.contact],
    [t.card.author, project.author],
  ];
  const mark = (/** @type {string | undefined} */ key) => (key && about.unedited?.includes(key) ? [h('small', { class: 'unedited' }, t.card.unedited)] : []);
  return facts(entries.map(([name, text, key]) => [name, text ? [...linked(text), ...mark(key)] : undefined]));
}

/** @param {Manifest} manifest @param {Context} context */
function quality({ facts: { metrics, metrics_on: rows, baseline } }, context) {
  if (!metrics?.length) return undefined;
  const { t } = context;
  const head = [t.card.measure, t.card.model, baseline ?? t.card.baseline].map((text) => h('th', { scope: 'col' }, text));
  const notes = [rows && t.card.measured(rows), metrics.some(beaten) && t.card.beaten(baseline ?? t.card.baseline)].filter(Boolean);
  return part(t.card.quality, table(head, metrics.map((metric) => metricRow(metric, context))), h('p', { class: 'help' }, notes.join(' ')));
}

/** @param {Metric} metric @param {Context} context */
function metricRow(metric, { t, format }) {
  const { name, model, baseline, better, target = 0, unit } = metric;
  const notes = [unit, better === 'nearest' ? t.card.nearest(format.rounded(target)) : t.card[better]].filter(Boolean);
  const cells = [model, baseline].map((value) => h('td', {}, format.rounded(value)));
  if (model !== baseline) cells[beaten(metric) ? 1 : 0].className = 'best';
  return [h('th', { scope: 'row' }, name, ' ', h('small', { class: 'line' }, notes.join(', '))), ...cells];
}

/** Whether the baseline is better. @param {Metric} metric */
function beaten({ model, baseline, better, target = 0 }) {
  if (better === 'nearest') return Math.abs(baseline - target) < Math.abs(model - target);
  return better === 'higher' ? baseline > model : baseline < model;
}

/** @param {Manifest} manifest @param {Context} context */
function ranges({ form, facts: { fields } }, context) {
  const { t } = context;
  const known = form.inputs.flatMap((input) => input.fields).filter((field) => saw(field, fields?.[field.name] ?? {}, context).seen);
  if (!fields || !known.length) return undefined;
  const head = [t.card.field, t.card.seen, t.card.median].map((text) => h('th', { scope: 'col' }, text));
  const rows = known.map((field) => {
    const { seen, median } = saw(field, fields[field.name], context);
    const unit = field.unit ? h('small', {}, field.unit) : '';
    return [h('th', { scope: 'row' }, field.label, ' ', unit), h('td', {}, seen), h('td', {}, median)];
  });
  return part(t.card.ranges, table(head, rows));
}

/** What training saw, in the words of the form. @param {Field} field @param {Known} known @param {Context} context */
function saw(field, { min, max, median, categories }, context) {
  const { rounded, range } = context.format.of(field);
  const seen = categories ? categories.map((each) => formatValue(field, each, context, '')).join(', ') : min === undefined || max === undefined ? '' : range(min, max);
  return { seen, median: median === undefined ? '' : rounded(median) };
}

/** @param {Manifest} manifest @param {Context} context */
function files({ files: { model }, facts: { trained, rows, source, versions = {} }, versions: web, project }, { t, format }) {
  const sum = h('code', { title: model.sha256 }, `${model.sha256.slice(0, 12)}…`);
  const made = Object.entries({ ...versions, ...web }).map(([name, version]) => `${name} ${shortened(version)}`);
  const on = rows?.train === undefined ? '' : t.card.rows(format.number(rows.train, 0));
  return part(
    t.card.facts,
    facts([
      [t.card.trained, trained && t.card.trainedOn(trained, on)],
      [t.card.file, [...(source ? [source] : []), 'ONNX', format.bytes(model.bytes)].join(', ')],
      [t.card.sha256, [sum]],
      [t.card.versions, made.join(', ')],
      [t.card.source, project.repository ? linked(project.repository) : undefined],
    ]),
  );
}
