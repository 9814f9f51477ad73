/**
 * @file Whether WebGPU can compute here.
 *
 * @typedef {import('./types.js').Manifest} Manifest
 * @typedef {'none' | 'model' | 'failed'} FallbackReason why WebAssembly computes in place of WebGPU: there is none here, it can't compute
 *   this model, or it failed
 */

/**
 * Why a page that asks for WebGPU does without; undefined when it need not. Browsers that know WebGPU may still have no adapter for it.
 * @param {Manifest} manifest
 * @returns {Promise<FallbackReason | undefined>}
 */
export async function webgpuUnavailableReason({ runtime, webgpu }) {
  if (runtime !== 'webgpu') return undefined;
  if (!webgpu) return 'model';
  const { gpu } = /** @type {any} */ (navigator);
  return (await gpu?.requestAdapter().catch(() => null)) ? undefined : 'none';
}
