/**
 * @file Pictures: uint8 [height, width, 3 or 1], photographed, dropped or drawn. Twin of mlweb/codec/kinds/picture.py.
 *
 * @typedef {import('../kinds.js').Kind} Kind
 */

import { InvalidValue } from '../refusal.js';

/** @type {Kind} */
export const picture = {
  isPicture: true,
  rank: 3,

  /** A picture with as many channels as the graph takes; [height, width] for a graph that takes no channels. */
  array(_, value, source) {
    const [height, width, channels = 0] = value.dims;
    if (value.dtype !== 'uint8' || value.dims.length !== 3 || (channels !== 1 && channels !== 3)) throw new InvalidValue('picture');
    const wanted = source.dims.length > 2 ? source.dims.at(-1) ?? 3 : 0;
    let data = /** @type {Uint8Array} */ (value.data);
    if (channels === 3 && wanted < 3) data = gray(data);
    if (channels === 1 && wanted === 3) data = Uint8Array.from({ length: 3 * data.length }, (_each, index) => data[Math.floor(index / 3)]);
    const dims = wanted === 0 ? [height, width] : [height, width, data.length / (height * width)];
    return { dtype: 'uint8', dims, data };
  },
};

/**
 * Three bytes a pixel -> one: the luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's convert("L") has it.
 * @param {Uint8Array} pixels
 */
export function gray(pixels) {
  const luma = new Uint8Array(pixels.length / 3);
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) {
    luma[at] = (pixels[from] * 19595 + pixels[from + 1] * 38470 + pixels[from + 2] * 7471 + 0x8000) >> 16;
  }
  return luma;
}
