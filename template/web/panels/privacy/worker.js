/**
 * @file Questions to a worker that computes. It knows nothing of this panel: what answers comes along.
 */

import { fetchScript } from '../../runtime/worker-factory.js';

/**
 * Ask a worker something that in-worker.js answers; throws UserFacingError where that can't be had.
 * @param {Worker} worker @param {{ask: 'reach', url: string} | {ask: 'requests'}} question @param {(answer: any) => void} onanswer gets each answer
 */
export async function ask(worker, question, onanswer) {
  const module = await fetchScript(new URL('in-worker.js', import.meta.url));
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => onanswer(data);
  worker.postMessage({ type: 'lend', module, ...question, port: port2 }, [port2]);
}
