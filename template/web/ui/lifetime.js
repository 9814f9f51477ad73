/**
 * @file What begins has an end: with the signal of the page's part that it belongs to.
 */

/** Do something once, when a signal is aborted; at once where it was already. @param {AbortSignal} signal @param {() => void} end */
export function onEnd(signal, end) {
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}
