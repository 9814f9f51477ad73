/**
 * @file What a worker that computes does for this panel: a module that it is lent, and that imports nothing.
 *
 * @typedef {{url: string, port: MessagePort}} Reach
 * @typedef {{port: MessagePort}} Tell
 */

/** Answer a question through its port. @param {{ask: 'reach' | 'requests', port: MessagePort, url?: string}} question */
export function answer({ ask, ...given }) {
  if (ask === 'reach') reach(/** @type {Reach} */ (given));
  else tellRequests(given);
}

/** Tell whether a connection can be made from here: 'refused' by the policy that binds this worker, 'reached', or 'failed' otherwise. @param {Reach} given */
function reach({ url, port }) {
  addEventListener('securitypolicyviolation', () => port.postMessage('refused'), { once: true });
  fetch(url, { cache: 'no-store' }).then(() => port.postMessage('reached'), () => setTimeout(() => port.postMessage('failed'), 1000));
}

/** Tell of every request made from here, the past ones too. @param {Tell} given */
function tellRequests({ port }) {
  const tell = (/** @type {PerformanceObserverEntryList} */ list) => port.postMessage(list.getEntries().map((entry) => entry.toJSON()));
  new PerformanceObserver(tell).observe({ type: 'resource', buffered: true });
}
