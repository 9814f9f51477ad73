/**
 * @file What the page has asked the network for, as the browser counts it.
 *
 * @typedef {object} Asked
 * @property {string} url
 * @property {boolean} own whether it went to this site
 * @property {'network' | 'cache' | 'kept' | 'untold'} from where the answer came from
 * @property {number} bytes that came over the network, headers and all, as far as the browser tells
 */

/**
 * Every request of the page and of the worker that computes, the past ones too.
 * @param {Worker} worker @param {(asked: Asked[]) => void} tell told all of them, anew with every one
 */
export function watchRequests(worker, tell) {
  /** @type {Asked[]} */
  const asked = [];
  const add = (/** @type {any[]} */ entries) => {
    asked.push(...entries.filter(({ name }) => name.startsWith('http')).map(describe));
    tell(asked);
  };
  add(performance.getEntriesByType('navigation'));
  new PerformanceObserver((list) => add(list.getEntries())).observe({ type: 'resource', buffered: true });
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => add(data);
  worker.postMessage({ type: 'requests', port: port2 }, [port2]);
}

/** @param {PerformanceResourceTiming} entry @returns {Asked} */
function describe({ name, transferSize, decodedBodySize, workerStart }) {
  const own = new URL(name).origin === location.origin;
  const told = transferSize || decodedBodySize;
  const from = workerStart ? 'kept' : transferSize ? 'network' : told ? 'cache' : 'untold';
  return { url: name, own, from, bytes: from === 'network' ? transferSize : 0 };
}
