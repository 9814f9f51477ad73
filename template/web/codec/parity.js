/**
 * @file Whether two sides computed the same, by the rule of level 2: the twin of `browser` in mlweb/proof/parity.py, with a case for each row.
 *
 * @typedef {import('./types.js').Feed} Feed
 *
 * @typedef {object} Rule How an output is judged.
 * @property {number[]} scale the largest value of each of its numbers, or one for all of them; empty for what must be equal
 * @property {boolean} [classes] whether it is a row of a number for each class
 * @property {boolean} [bounded] whether its numbers lie in 0..1 by nature
 *
 * @typedef {{rtol: number, atol: number, bounded_atol: number, outputs: Record<string, Rule>}} Rules output name -> rule; atol is of the scale
 *
 * @typedef {object} Difference How far an output is apart.
 * @property {string} output
 * @property {number} rows
 * @property {number} max_abs Infinity where one side is no number
 * @property {number} max_rel max_abs over the output's largest value
 * @property {number} beyond rows outside the tolerance
 */

const isFloat = (/** @type {Feed} */ { dtype }) => dtype.startsWith('float');
const NO_GAP = { gap: 0, isBeyond: false };
/** The numbers of a float tensor. @param {Feed} feed */
const floats = ({ data }) => /** @type {Float32Array} */ (data);

/**
 * How far the outputs of some cases are from the expected ones, and which cases are outside the tolerance.
 * @param {Rules} rules @param {Record<string, Feed>[]} expected @param {Record<string, Feed>[]} actual
 * @param {(number[][] | undefined)[]} [near] of a case whose text may part: each token that is expected, and behind it those that are nearly as likely
 * @returns {{differences: Difference[], wrong: number[], parted: number}} `parted` of the cases took one of these, and so another way
 */
export function compare(rules, expected, actual, near = []) {
  const parted = partings(near, actual);
  const tied = expected.map((outputs) => isTied(rules, outputs));
  /** @type {Set<number>} */
  const wrong = new Set();
  const differences = Object.entries(rules.outputs).map(([output, rule]) => {
    const sides = expected.map((outputs, at) => ({ left: outputs[output], right: actual[at][output] }));
    const isExcused = (/** @type {number} */ at) => parted[at] && output !== 'context'; // which does not go by what is written
    const gaps = sides.map(({ left, right }, at) => (isExcused(at) ? NO_GAP : isFloat(left) ? gapOf(left, right, tolerance(rules, rule)) : equality(left, right, tied[at])));
    gaps.forEach(({ isBeyond }, at) => isBeyond && wrong.add(at));
    const largest = gaps.reduce((most, { gap }) => Math.max(most, gap), 0);
    const size = isFloat(sides[0].left) ? scale(sides.map(({ left }) => left)) : 1;
    const beyond = gaps.filter(({ isBeyond }) => isBeyond).length;
    return { output, rows: expected.length, max_abs: largest, max_rel: largest / size, beyond };
  });
  return { differences, wrong: [...wrong].sort((a, b) => a - b), parted: parted.filter(Boolean).length };
}

/**
 * Of each case whether its first token that is not the expected one is nearly as likely. None of them, where that is so of most tokens up to there: they
 * would prove nothing, as in mlweb/proof/partings.py.
 * @param {(number[][] | undefined)[]} near @param {Record<string, Feed>[]} actual
 */
function partings(near, actual) {
  let [equal, count] = [0, 0];
  const parted = actual.map(({ tokens }, index) => {
    const places = near[index] ?? [];
    const at = places.findIndex(([expected], place) => expected !== Number(tokens.data[place]));
    const isParted = at >= 0 && places[at].includes(Number(tokens.data[at]));
    equal += at < 0 ? places.length : at;
    count += Number(isParted);
    return isParted;
  });
  return count > equal ? parted.fill(false) : parted;
}

/**
 * How far two numbers of an output may be apart: the allowed gap at a place, beside the expected number.
 * @param {Rules} rules @param {Rule} rule
 * @returns {(at: number, expected: number) => number}
 */
export function tolerance({ rtol, atol, bounded_atol: least }, { scale: scales, bounded }) {
  const allowed = scales.map((each) => (bounded ? Math.max(atol * each, least) : atol * each));
  return (at, expected) => (allowed[at] ?? allowed[0]) + rtol * (Number.isFinite(expected) ? Math.abs(expected) : 0);
}

/** The largest finite magnitude; 1 where there is none. @param {Feed[]} feeds */
function scale(feeds) {
  let largest = 0;
  for (const feed of feeds) for (const each of floats(feed)) if (Number.isFinite(each)) largest = Math.max(largest, Math.abs(each));
  return largest || 1;
}

/** Infinities and NaN must be in the same places. @param {Feed} left @param {Feed} right @param {(at: number, expected: number) => number} allowed */
function gapOf(left, right, allowed) {
  if (!isAlike(left, right)) return { gap: Infinity, isBeyond: true };
  const [expected, actual] = [floats(left), floats(right)];
  let [most, isBeyond] = [0, false];
  expected.forEach((each, at) => {
    if (Object.is(each, actual[at]) || each === actual[at]) return;
    const apart = Math.abs(each - actual[at]);
    const gap = Number.isNaN(apart) ? Infinity : apart;
    most = Math.max(most, gap);
    isBeyond ||= gap > allowed(at, each);
  });
  return { gap: most, isBeyond };
}

/** Of what is no float: equal, or not. @param {Feed} left @param {Feed} right @param {boolean} tied whether either label is right */
function equality(left, right, tied) {
  const isEqual = isAlike(left, right) && Array.from(/** @type {ArrayLike<unknown>} */ (left.data)).every((each, at) => each === right.data[at]);
  return { gap: isEqual || tied ? 0 : 1, isBeyond: !isEqual && !tied };
}

/** @param {Feed} left @param {Feed | undefined} right */
function isAlike(left, right) {
  return left.dtype === right?.dtype && String(left.dims) === String(right.dims);
}

/** Whether the two likeliest classes of a case are as likely, within the tolerance, so that either label is right. @param {Rules} rules @param {Record<string, Feed>} outputs */
function isTied({ rtol, atol, outputs: judged }, outputs) {
  const name = Object.keys(judged).filter((each) => judged[each].classes).sort()[0];
  if (name === undefined || !isFloat(outputs[name])) return false;
  const [first, second] = [...floats(outputs[name])].sort((a, b) => b - a);
  return first - second <= atol + rtol * Math.abs(first);
}
