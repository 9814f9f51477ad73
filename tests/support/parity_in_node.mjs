/** @file What web/codec/parity.js says of outputs: a JSON list of {rules, expected, actual, near?} comes in, arrays as golden.pack has them. */

import { readFileSync } from 'node:fs';
import { unpack } from '../../template/web/codec/packed.js';
import { compare } from '../../template/web/codec/parity.js';

const arrays = (/** @type {Record<string, any>[]} */ runs) => runs.map((run) => Object.fromEntries(Object.entries(run).map(([name, each]) => [name, unpack(each)])));
const asked = JSON.parse(readFileSync(0, 'utf8'));
const answers = asked.map(({ rules, expected, actual, near }) => {
  const { differences, wrong, parted } = compare(rules, arrays(expected), arrays(actual), near);
  return { differences: differences.map((each) => ({ ...each, max_abs: String(each.max_abs), max_rel: String(each.max_rel) })), wrong, parted };
});
console.log(JSON.stringify(answers));
