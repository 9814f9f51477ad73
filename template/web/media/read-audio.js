/**
 * @file A sound from a file, as the samples that the model takes.
 *
 * @typedef {import('../codec/types.js').Field} Field
 * @typedef {import('../codec/types.js').Feed} Feed
 */

import { Refusal } from '../codec/refusal.js';
import { wavLength } from './wav-length.js';

/**
 * float32 [samples] at the field's rate, the mean of all channels; the browser converts from other rates. Throws Refusal.
 * @param {Blob} blob @param {Field} field
 * @returns {Promise<Feed>}
 */
export async function readAudio(blob, { rate = 16_000 }) {
  if (!blob.size) throw new Refusal('empty', (t) => t.sound.empty);
  const context = new OfflineAudioContext(1, 1, rate);
  const buffer = await blob.arrayBuffer();
  const length = wavLength(buffer); // before decoding, which takes the buffer away
  const decoded = await context.decodeAudioData(buffer).catch(() => {
    throw new Refusal('unreadable', (t) => t.sound.unreadable);
  });
  if (!decoded.length) throw new Refusal('empty', (t) => t.sound.empty);
  if (decoded.duration < 0.99 * length - 0.001) throw new Refusal('lossy', (t) => t.sound.lossy);
  return { dtype: 'float32', dims: [decoded.length], data: mono(decoded) };
}

/** The mean of all channels, summed in 32 bits as numpy does. @param {AudioBuffer} decoded */
function mono(decoded) {
  const sum = decoded.getChannelData(0).slice();
  for (let channel = 1; channel < decoded.numberOfChannels; channel++) {
    const samples = decoded.getChannelData(channel);
    for (let index = 0; index < sum.length; index++) sum[index] += samples[index];
  }
  if (decoded.numberOfChannels > 1) for (let index = 0; index < sum.length; index++) sum[index] /= decoded.numberOfChannels;
  return sum;
}
