/**
 * @file A picture from a file, byte for byte as mlweb/codec/media.py reads it.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 */

import { Refusal } from '../codec/refusal.js';
import { pixels } from './picture.js';

const MAX_PIXELS = 100e6; // pixels; more would take a browser's memory

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
  if (!blob.size) throw new Refusal('empty', (t) => t.image.empty);
  const start = new TextDecoder('latin1').decode(await blob.slice(0, 1024).arrayBuffer());
  const [foreign] = FOREIGN.find(([, pattern]) => pattern.test(start)) ?? [];
  if (foreign) throw new Refusal(foreign, (t) => t.image[foreign]);
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch(() => {
    const code = HEIC.test(start) ? 'heic' : 'unreadable';
    throw new Refusal(code, (t) => t.image[code]);
  });
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_PIXELS) throw new Refusal('too-big', (t) => t.image.big(width, height, MAX_PIXELS / 1e6));
    return pixels(bitmap, width, height);
  } finally {
    bitmap.close();
  }
}
