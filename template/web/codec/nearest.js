/**
 * @file Texts of a list, the most alike first: by the cosine of the angle between their vectors. Twin of mlweb/codec/nearest.py.
 *
 * A list is a file that the export makes: the texts, and for each a vector of length 1, which the model gives for it. Both sides know it by the
 * checksum of that file, once it was `register`ed.
 *
 * @typedef {ArrayLike<number>} Numbers
 * @typedef {{texts: string[], width: number, vectors: Float32Array}} Listed texts with their vectors, one behind the other
 */

/** @type {Map<string, Listed>} */
export const lists = new Map();

/** Make the list of a file known by the file's checksum. @param {string} sha256 @param {Uint8Array} data the file */
export function register(sha256, data) {
  lists.set(sha256, read(data));
}

/** What nearest.py wrote. @param {Uint8Array} data @returns {Listed} */
function read(data) {
  const { texts, width, vectors } = JSON.parse(new TextDecoder().decode(data));
  const bytes = Uint8Array.from(atob(vectors), (character) => character.charCodeAt(0));
  return { texts, width, vectors: new Float32Array(bytes.buffer) };
}

/**
 * The product of a vector with each of those of a list: of vectors of length 1 it is their cosine similarity.
 * One number after another is added, so that both twins round alike.
 * @param {Numbers} vector @param {Float32Array} vectors
 */
export function similarities(vector, vectors) {
  const width = vector.length;
  const sums = new Float64Array(vectors.length / width);
  for (let text = 0, at = 0; text < sums.length; text++) {
    let sum = 0;
    for (let index = 0; index < width; index++, at++) sum += vectors[at] * vector[index];
    sums[text] = sum;
  }
  return sums;
}

/** The numbers of the most alike, the best first; equal ones keep their order. @param {Float64Array} similarity @param {number} top */
export function ranked(similarity, top) {
  const all = Array.from(similarity.keys());
  return all.sort((a, b) => similarity[b] - similarity[a] || a - b).slice(0, top);
}
