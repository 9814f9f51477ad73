/**
 * @file A result that is wrong, as the text of an issue and as a row of a table.
 *
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {import('../../runtime/types.js').Manifest} Manifest
 * @typedef {import('../../codec/types.js').Result} Result
 * @typedef {import('../../codec/types.js').Row} Row
 *
 * @typedef {object} Report
 * @property {Row} values
 * @property {Record<string, Result>} results
 * @property {Record<string, string>} said output name -> the result as the page shows it
 * @property {Record<string, string>} expected output name -> what was given, '' for nothing
 * @property {string} comment
 */

import { shown } from '../../codec/scalars.js';
import { buildOf, siteAddress } from '../../runtime/address.js';
import { cell } from '../../ui/csv-cell.js';
import { issueUrl } from '../../ui/links.js';
import { valueOf } from '../../ui/share.js';

const MAX_ADDRESS_LENGTH = 6000; // characters of an address, encoded; servers refuse those above some 8000

/**
 * Title and body of an issue, cut to what an address can carry, and that address ('' without a repository).
 * @param {Manifest} manifest @param {Report} report @param {Context} context
 */
export function issue(manifest, report, context) {
  const title = context.t.feedback.title(manifest.page.name);
  const comment = clip(report.comment.trim(), MAX_ADDRESS_LENGTH / 2);
  const facts = described(manifest, report, context);
  const listed = clip(facts, MAX_ADDRESS_LENGTH - encoded(comment));
  const fence = '`'.repeat(Math.max(3, ...(listed.match(/`+/g) ?? []).map((ticks) => ticks.length + 1)));
  const body = [comment, `${fence}text\n${listed}\n${fence}`].filter(Boolean).join('\n\n');
  const shortened = comment !== report.comment.trim() || listed !== facts;
  return { title, body, shortened, url: issueUrl(manifest.project.repository, title, body) };
}

/** Everything but the comment, in lines. @param {Manifest} manifest @param {Report} report @param {Context} context */
function described(manifest, { values, said, expected }, context) {
  const { parts } = context.t.feedback;
  const { inputs, outputs } = manifest.form;
  const wanted = outputs.filter(({ name }) => expected[name]);
  const lines = [
    ...outputs.map(({ name, label }) => `${parts.result}: ${label}: ${said[name]}`),
    ...wanted.map(({ name, label, unit }) => `${parts.expected}: ${label}: ${expected[name]}${unit ? ` ${unit}` : ''}`),
    `${parts.model}: ${manifest.files.model.sha256}`,
    `${parts.build}: ${[siteAddress(manifest), buildOf()].filter(Boolean).join(' ')}`,
    `${parts.values}:`,
    ...inputs.flatMap((input) => input.fields).map((field) => `  ${field.label}: ${valueOf(field, values[field.name], context)}`),
  ];
  return lines.join('\n');
}

/** As a row: column -> cell. @param {Manifest} manifest @param {Report} report @param {Context} context @returns {Record<string, string>} */
export function asRow(manifest, { values, results, said, expected, comment }, context) {
  const { inputs, outputs } = manifest.form;
  const fields = inputs.flatMap((input) => input.fields);
  const given = outputs.map(({ name, dtype }) => {
    const result = results[name];
    return [name, result.kind === 'value' ? cell(result.value, dtype) : said[name]];
  });
  return {
    feedback_time: new Date().toISOString(),
    feedback_page: [siteAddress(manifest), buildOf()].filter(Boolean).join(' '),
    feedback_model_sha256: manifest.files.model.sha256,
    ...Object.fromEntries(fields.map((field) => [field.name, shown(values[field.name]) || valueOf(field, values[field.name], context)])),
    ...Object.fromEntries(given.map(([name, text]) => [`result_${name}`, text])),
    ...Object.fromEntries(outputs.map(({ name }) => [`expected_${name}`, expected[name]])),
    feedback_comment: comment.trim(),
  };
}

/** The beginning of a text, as much as fits when encoded. @param {string} text @param {number} room */
function clip(text, room) {
  if (encoded(text) <= room) return text;
  const characters = [...text];
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (encoded(characters.slice(0, middle).join('')) <= room) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join('')} …`;
}

/** How long a text is in an address. @param {string} text */
function encoded(text) {
  return new URLSearchParams([['', text]]).toString().length;
}
