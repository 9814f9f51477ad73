/**
 * @file Which column is which field, by name.
 *
 * @typedef {import('../../codec/types.js').Field} Field
 */

/** A name without what people write in different ways. @param {string} name */
const loose = (name) => name.normalize('NFC').toLowerCase().replace(/[\s_]+/g, '');

/** Ways in which a column names a field, the surest first. @type {[(field: Field) => string, (column: string) => string][]} */
const WAYS = [
  [(field) => field.name, (column) => column],
  [(field) => loose(field.name), loose],
  [(field) => loose(field.label), loose],
];

/**
 * Field name -> index of its column. A column is taken once, and only where no other one has as good a claim.
 * @param {Field[]} fields @param {string[]} columns
 * @returns {Map<string, number>}
 */
export function match(fields, columns) {
  /** @type {Map<string, number>} */
  const found = new Map();
  const free = new Set(columns.keys());
  for (const [ofField, ofColumn] of WAYS) {
    /** @type {Map<string, number[]>} */
    const named = new Map();
    for (const index of free) {
      const name = ofColumn(columns[index]);
      named.set(name, [...(named.get(name) ?? []), index]);
    }
    for (const field of fields.filter((each) => !found.has(each.name))) {
      const candidates = named.get(ofField(field)) ?? [];
      if (candidates.length !== 1 || !free.delete(candidates[0])) continue;
      found.set(field.name, candidates[0]);
    }
  }
  return found;
}
