/**
 * @file The table of output kinds.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Context} Context
 */

/** Each is fetched only by a page that has such an output. @type {Record<string, (output: Output, context: Context) => Promise<View>>} */
const OUTPUTS = {
  value: async (output, context) => (await import('./value/value.js')).value(output, context),
  classes: async (output, context) => (await import('./classes.js')).classes(output, context),
  boxes: async (output, context) => (await import('./boxes/boxes.js')).boxes(output, context),
  image: async (output, context) => (await import('./image/image.js')).image(output, context),
  text: async (output, context) => (await import('./text/text.js')).text(output, context),
  audio: async (output, context) => (await import('./audio.js')).audio(output, context),
  tensor: async (output, context) => (await import('./tensor/tensor.js')).tensor(output, context),
};

/**
 * A view of one output.
 * @param {Output} output @param {Context} context
 */
export async function makeView(output, context) {
  const view = await OUTPUTS[output.kind](output, context);
  view.element.dataset.output = output.name;
  return view;
}
