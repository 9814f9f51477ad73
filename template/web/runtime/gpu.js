/**
 * @file Whether the graphics card can compute here.
 *
 * @typedef {import('./client.js').Instead} Instead
 * @typedef {import('./types.js').Manifest} Manifest
 */

/**
 * Why a page that asks for the graphics card does without; undefined when it need not. Browsers that know WebGPU may still have no card for it.
 * @param {Manifest['webgpu']} runtime
 * @returns {Promise<Instead | undefined>}
 */
export async function whyNot(runtime) {
  const { gpu } = /** @type {any} */ (navigator);
  if (!runtime) return 'model';
  return (await gpu?.requestAdapter().catch(() => null)) ? undefined : 'none';
}
