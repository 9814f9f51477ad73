/**
 * @file Locks the network: a policy that allows no connection, and a worker that starts anew under it.
 *
 * A policy that comes later binds the page at once, but no worker that runs already. A new one is bound when it starts from a
 * blob:, so everything that it needs is kept in memory before, as is what other panels may load later.
 *
 * @typedef {import('../runtime/types.js').Site} Site
 * @typedef {'refused' | 'reached' | 'failed'} Tried what became of a connection: refused by a policy, made, or failed otherwise
 */

import { keep } from '../runtime/kept.js';
import { ADDRESS } from '../runtime/start.js';

const MANIFEST = new URL('../manifest.json', import.meta.url).href;
/** Addresses that need no network; the page's own policy goes on forbidding what it forbids. */
const POLICY = "default-src data: blob:; script-src blob: 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

const PATIENCE = 10_000; // ms
const SHORT = 500; // ms, for a service worker that there may never be

/** Lock; true when both page and worker were seen to be refused a connection. Throws Trouble. @param {Site} site */
export async function lock({ manifest, client }) {
  await quiet();
  const files = [...Object.values(manifest.files), ...Object.values(manifest.webgpu?.files ?? {})];
  const urls = [...manifest.keep, ...files.map((file) => file.url)];
  await keep(urls.map((url) => new URL(url, MANIFEST).href));
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = POLICY;
  document.head.append(policy);
  await client.restart();
  const tried = await Promise.all([fromPage(ADDRESS.href), fromWorker(client.worker, ADDRESS.href)]);
  return tried.every((outcome) => outcome === 'refused');
}

/** Give the service worker, which this page's policy does not bind, time to fetch what it keeps for the next visit. */
async function quiet() {
  for (let waited = 0; waited < PATIENCE; waited += 100) {
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    if (registration ? !registration.installing : waited >= SHORT) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {string} url @returns {Promise<Tried>} */
function fromPage(url) {
  return new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
    fetch(url, { cache: 'no-store' }).then(() => resolve('reached'), () => setTimeout(() => resolve('failed'), 1000));
  });
}

/** @param {Worker} worker @param {string} url @returns {Promise<Tried>} */
function fromWorker(worker, url) {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'reach', url, port: port2 }, [port2]);
  return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
}
