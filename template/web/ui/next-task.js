/**
 * @file Long work in parts: between two of them the page takes what people do.
 */

/** Settled in a task of its own, after what waits now; a timer would wait some milliseconds more. @returns {Promise<void>} */
export function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
