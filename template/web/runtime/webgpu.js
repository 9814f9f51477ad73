/**
 * @file Whether WebGPU can compute here.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {'none' | 'model' | 'failed' | 'wrong' | 'unproven'} FallbackReason why WebAssembly computes in place of WebGPU: there is none here, it
 *   can't compute this model, it failed, its answers are wrong here, or could not be proven
 */

import { recall } from './proofs.js';

/**
 * Why a page that asks for WebGPU does without, as far as that is known before it has computed anything; undefined when it need not. Browsers
 * that know WebGPU may still have no adapter for it, or not let WebAssembly wait for one: the runtime is built on that (JSPI).
 * @param {Manifest} manifest
 * @returns {Promise<{reason?: FallbackReason, card: string}>} with the name of the graphics card, '' where the browser tells none
 */
export async function webgpuUnavailableReason(manifest) {
  if (manifest.runtime !== 'webgpu') return { card: '' };
  if (!manifest.webgpu) return { reason: 'model', card: '' };
  const { gpu } = /** @type {any} */ (navigator);
  const adapter = 'Suspending' in WebAssembly && (await gpu?.requestAdapter().catch(() => null));
  if (!adapter) return { reason: 'none', card: '' };
  const card = nameOf(adapter.info ?? {});
  if (!manifest.cases) return { reason: 'unproven', card };
  return { reason: recall(manifest, card)?.passed === false ? 'wrong' : undefined, card };
}

/** What an adapter tells of itself; browsers leave out much. @param {Record<string, string>} info */
function nameOf({ vendor, architecture, device, description }) {
  return description || [vendor, architecture, device].filter(Boolean).join(' ');
}
