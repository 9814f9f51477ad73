/**
 * @file The colours of a mask's classes.
 *
 * @typedef {[number, number, number]} Colour red, green and blue, 0 to 255
 */

const TURN = 137.508; // degrees from one hue to the next: the golden angle, so that no two of the first many are near each other
const LIGHTNESS = [0.45, 0.6, 0.34];
const SATURATION = 0.75;

/** The colour of a class that has none of its own. @param {number} index @returns {Colour} */
export function colourOf(index) {
  const hue = (215 + TURN * index) % 360;
  const light = LIGHTNESS[index % LIGHTNESS.length];
  const reach = SATURATION * Math.min(light, 1 - light);
  const channel = (/** @type {number} */ shift) => {
    const place = (shift + hue / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** `#c2410c` or `#3b6`. @param {string} hex @returns {Colour} */
export function readColour(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : [1, 3, 5].map((at) => hex.slice(at, at + 2));
  return /** @type {Colour} */ (digits.map((pair) => parseInt(pair, 16)));
}
