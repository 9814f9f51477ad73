/**
 * @file Sounds as WAV files of 32-bit floats: every sample stays what it is.
 */

const HEADER = 58;

/**
 * A mono WAV file.
 * @param {Float32Array} samples @param {number} rate samples a second
 */
export function wav(samples, rate) {
  const header = new DataView(new ArrayBuffer(HEADER));
  const text = (/** @type {number} */ at, /** @type {string} */ word) => [...word].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
  const bytes = 4 * samples.length;
  text(0, 'RIFF');
  header.setUint32(4, HEADER - 8 + bytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 18, true);
  header.setUint16(20, 3, true); // floats
  header.setUint16(22, 1, true); // channels
  header.setUint32(24, rate, true);
  header.setUint32(28, 4 * rate, true);
  header.setUint16(32, 4, true); // bytes a sample
  header.setUint16(34, 32, true); // bits a sample
  text(38, 'fact'); // formats other than whole numbers need the number of samples
  header.setUint32(42, 4, true);
  header.setUint32(46, samples.length, true);
  text(50, 'data');
  header.setUint32(54, bytes, true);
  return new Blob([header, new Float32Array(samples)], { type: 'audio/wav' });
}
