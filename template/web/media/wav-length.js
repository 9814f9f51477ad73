/**
 * @file How long a WAV file is by its own header: Firefox drops samples of files with odd numbers of channels, which is found out so.
 */

/** Seconds; NaN for what is no WAV file. @param {ArrayBuffer} buffer */
export function wavLength(buffer) {
  const view = new DataView(buffer);
  const name = (/** @type {number} */ at) => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  if (buffer.byteLength < 12 || name(0) !== 'RIFF' || name(8) !== 'WAVE') return NaN;
  let bytesASecond = NaN;
  for (let at = 12; at + 22 <= buffer.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    if (name(at) === 'fmt ') bytesASecond = view.getUint32(at + 12, true) * view.getUint16(at + 20, true); // rate × bytes of all channels
    if (name(at) === 'data') return Math.min(size, buffer.byteLength - at - 8) / bytesASecond;
    at += 8 + size + (size % 2);
  }
  return NaN;
}
