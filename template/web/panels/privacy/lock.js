/**
 * @file Locks the network: a policy that allows no connection, and a worker that starts anew under it.
 *
 * A policy that comes later binds the page at once, but no worker that runs already. A new one is bound when it starts from a
 * blob:, so everything that it needs is kept in memory before, as is what other panels may load later.
 *
 * @typedef {import('../../ui/types.js').Site} Site
 * @typedef {'refused' | 'reached' | 'failed'} Tried what became of a connection: refused by a policy, made, or failed otherwise
 */

import { MANIFEST } from '../../runtime/address.js';
import { preload } from '../../runtime/blob-cache.js';
import { h } from '../../ui/dom.js';
import { ask } from './worker.js';

/** Addresses that need no network; the page's own policy goes on forbidding what it forbids. */
const POLICY = "default-src data: blob:; script-src blob: 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

const SERVICE_WORKER_TIMEOUT_MS = 10_000;
const REGISTRATION_TIMEOUT_MS = 500; // for a service worker that there may never be
const REFUSAL_TIMEOUT_MS = 1000; // from a failed connection to the browser saying that it refused it

/** Lock; true when both page and worker were seen to be refused a connection. Throws UserFacingError. @param {Site} site */
export async function lock({ manifest, client, signal }) {
  await quiet(signal);
  const files = [...Object.values(manifest.files), ...Object.values(manifest.webgpu?.files ?? {}), manifest.rest, manifest.cases].filter((file) => file !== undefined);
  const urls = [...Object.keys(manifest.keep), ...files.filter(({ apart }) => !apart).map(({ url }) => url)]; // the others need no network
  await preload(urls.map((url) => new URL(url, MANIFEST).href), signal);
  await loadModules(Object.keys(manifest.keep).filter((url) => url.endsWith('.js')).map((url) => new URL(url, MANIFEST).href));
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = POLICY;
  document.head.append(policy);
  await client.restart();
  /** @type {Worker} */
  const worker = await new Promise((resolve) => client.onWorker(resolve, signal)); // told at once of the one that runs now
  const tried = await Promise.all([fromPage(MANIFEST, signal), fromWorker(worker, MANIFEST)]);
  return tried.every((outcome) => outcome === 'refused');
}

/** Modules that are imported later, such as those of views that are yet to be opened, are the page's from now on. @param {string[]} urls */
async function loadModules(urls) {
  await Promise.all(urls.map((href) => new Promise((resolve) => {
    const link = h('link', { rel: 'modulepreload', href });
    if (!link.relList.supports('modulepreload')) return resolve(undefined);
    link.onload = link.onerror = resolve; // what is no module is none of them
    document.head.append(link);
  })));
}

/** Give the service worker, which this page's policy does not bind, time to fetch what it keeps for the next visit. @param {AbortSignal} signal */
async function quiet(signal) {
  for (let waited = 0; waited < SERVICE_WORKER_TIMEOUT_MS && !signal.aborted; waited += 100) {
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    if (registration ? !registration.installing : waited >= REGISTRATION_TIMEOUT_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {string} url @param {AbortSignal} signal @returns {Promise<Tried>} */
function fromPage(url, signal) {
  return new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true, signal });
    fetch(url, { cache: 'no-store' }).then(() => resolve('reached'), () => setTimeout(() => resolve('failed'), REFUSAL_TIMEOUT_MS));
  });
}

/** @param {Worker} worker @param {string} url @returns {Promise<Tried>} */
function fromWorker(worker, url) {
  return new Promise((resolve, reject) => { ask(worker, { ask: 'reach', url }, resolve).catch(reject); });
}
