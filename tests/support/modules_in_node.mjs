/**
 * @file Starts the module whose path comes first in each of the folders that follow, waits for what it promises in `globalThis.done`, and
 * prints what it has put into `globalThis.log`.
 */

import { pathToFileURL } from 'node:url';

const [main, ...folders] = process.argv.slice(2);
const all = [];
for (const folder of folders) {
  const root = pathToFileURL(`${folder}/`).href;
  /** @type {string[]} */
  const told = [];
  Object.assign(globalThis, {
    log: (/** @type {unknown[]} */ ...what) => told.push(...what.map((each) => String(each).replaceAll(root, ''))),
    attempt: (/** @type {() => unknown} */ run) => { try { return run(); } catch (error) { return /** @type {Error} */ (error).constructor.name; } },
    done: undefined,
  });
  await import(root + main);
  await (/** @type {any} */ (globalThis).done);
  all.push(told);
}
console.log(JSON.stringify(all));
