/**
 * @file The table of output kinds.
 *
 * @typedef {import('../runtime/types.js').Output} Output
 * @typedef {import('../runtime/types.js').View} View
 */

/** Each is fetched only by a page that has such an output. @type {Record<string, (output: Output) => Promise<View>>} */
const OUTPUTS = {
  value: async (output) => (await import('./value.js')).value(output),
  classes: async (output) => (await import('./classes.js')).classes(output),
  boxes: async (output) => (await import('./boxes.js')).boxes(output),
  image: async (output) => (await import('./image.js')).image(output),
  text: async (output) => (await import('./text.js')).text(output),
  audio: async (output) => (await import('./audio.js')).audio(output),
  tensor: async (output) => (await import('./tensor.js')).tensor(output),
};

/**
 * A view of one output.
 * @param {Output} output
 */
export async function makeView(output) {
  const view = await OUTPUTS[output.kind](output);
  view.element.dataset.output = output.name;
  return view;
}
