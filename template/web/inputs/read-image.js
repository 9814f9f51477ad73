/**
 * @file A picture from a file, byte for byte as mlweb/media.py reads it.
 *
 * @typedef {import('../runtime/types.js').Feed} Feed
 */

import { pixels } from '../picture.js';
import { Refusal } from '../runtime/refusal.js';
import { t } from '../strings.js';

const MOST = 100e6; // pixels; more would take a browser's memory

/** What a file is that is no picture of pixels, by its first characters. @type {['pdf' | 'html' | 'svg', RegExp][]} */
const FOREIGN = [
  ['pdf', /^%PDF/],
  ['html', /^[^\w<]*<(!doctype )?html/i],
  ['svg', /^[^\w<]*<([^]*<)?svg\b/i],
];
const HEIC = /^....ftyp(hei|hev|mif1|msf1)/s;

/**
 * uint8 [height, width, 3]: turned as its EXIF orientation says, on white where it is transparent, its colours as they are stored.
 * Throws Refusal.
 * @param {Blob} blob
 * @returns {Promise<Feed>}
 */
export async function readImage(blob) {
  if (!blob.size) throw new Refusal(t.image.empty);
  const start = new TextDecoder('latin1').decode(await blob.slice(0, 1024).arrayBuffer());
  const foreign = FOREIGN.find(([, pattern]) => pattern.test(start));
  if (foreign) throw new Refusal(t.image[foreign[0]]);
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch(() => {
    throw new Refusal(HEIC.test(start) ? t.image.heic : t.image.unreadable);
  });
  try {
    const { width, height } = bitmap;
    if (width * height > MOST) throw new Refusal(t.image.big(width, height, MOST / 1e6));
    return pixels(bitmap, width, height);
  } finally {
    bitmap.close();
  }
}
