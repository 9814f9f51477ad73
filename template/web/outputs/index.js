/**
 * @file The table of output kinds.
 *
 * @typedef {import('../codec/types.js').Output} Output
 * @typedef {import('../ui/types.js').View} View
 * @typedef {import('../ui/types.js').Site} Site
 */

/** Each is fetched only by a page that has such an output. @type {Record<string, (output: Output, site: Site) => Promise<View>>} */
const OUTPUTS = {
  value: async (output, site) => (await import('./value/value.js')).value(output, site),
  values: async (output, site) => (await import('./values.js')).values(output, site),
  label: async (output) => (await import('./label.js')).label(output),
  point: async (output, site) => (await import('./point/point.js')).point(output, site),
  classes: async (output, site) => (await import('./classes.js')).classes(output, site),
  boxes: async (output, site) => (await import('./boxes/boxes.js')).boxes(output, site),
  mask: async (output, site) => (await import('./mask/mask.js')).mask(output, site),
  image: async (output, site) => (await import('./image/image.js')).image(output, site),
  text: async (output, site) => (await import('./text/text.js')).text(output, site),
  audio: async (output, site) => (await import('./audio.js')).audio(output, site),
  series: async (output, site) => (await import('./series/series.js')).series(output, site),
  nearest: async (output, site) => (await import('./nearest/nearest.js')).nearest(output, site),
  tensor: async (output, site) => (await import('./tensor/tensor.js')).tensor(output, site),
};

/**
 * What has to be there before results are read: the lists that are ranked. Throws UserFacingError, or the signal's reason.
 * @param {import('../runtime/types.js').Manifest} manifest @param {AbortSignal} [signal]
 */
export async function prepare({ form }, signal) {
  const lists = form.outputs.flatMap(({ items }) => items ?? []);
  if (lists.length) await (await import('./nearest/nearest.js')).load(lists, signal);
}

/**
 * A view of one output.
 * @param {Output} output @param {Site} site
 */
export async function makeView(output, site) {
  const view = await OUTPUTS[output.kind](output, site);
  view.element.dataset.output = output.name;
  return view;
}
