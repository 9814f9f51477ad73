/**
 * @file What the page has asked the network for, as the browser counts it.
 *
 * @typedef {import('../../runtime/client.js').Client} Client
 *
 * @typedef {object} RequestRecord
 * @property {string} url
 * @property {boolean} own whether it went to this site
 * @property {'network' | 'cache' | 'kept' | 'untold'} from where the answer came from
 * @property {number} bytes that came over the network, headers and all, as far as the browser tells
 */

import { onEnd } from '../../ui/lifetime.js';
import { ask } from './worker.js';

/**
 * Every request of the page and of each worker that computes, the past ones too.
 * @param {Client} client @param {(asked: RequestRecord[]) => void} tell told all of them, anew with every one @param {AbortSignal} signal
 */
export function watchRequests(client, tell, signal) {
  /** @type {RequestRecord[]} */
  const asked = [];
  const add = (/** @type {any[]} */ entries) => {
    asked.push(...entries.filter(({ name }) => name.startsWith('http')).map(describe));
    tell(asked);
  };
  add(performance.getEntriesByType('navigation'));
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'resource', buffered: true });
  onEnd(signal, () => observer.disconnect());
  client.onWorker((worker) => void ask(worker, { ask: 'requests' }, add).catch(() => {}), signal); // a module that is lost is said by the lock
}

/** @param {PerformanceResourceTiming} entry @returns {RequestRecord} */
function describe({ name, transferSize, decodedBodySize, workerStart }) {
  const own = new URL(name).origin === location.origin;
  const size = transferSize || decodedBodySize;
  const from = workerStart ? 'kept' : transferSize ? 'network' : size ? 'cache' : 'untold';
  return { url: name, own, from, bytes: from === 'network' ? transferSize : 0 };
}
