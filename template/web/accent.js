/**
 * @file The contract's accent colour, made readable in light and in dark.
 */

const READABLE = 5.2; // WCAG AA asks for 4.5 of text; the rest is for text on a tint of the accent itself
const LIGHT = [246, 246, 243]; // --page of the light theme, where the contrast of a dark accent is weakest
const DARK = [32, 36, 42]; // --card of the dark theme, where the contrast of a light accent is weakest

/**
 * `light-dark(…, …)` of an accent: darkened for the light theme and lightened for the dark one, no more than reading needs.
 * @param {string} hex #rgb or #rrggbb
 */
export function accent(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g) ?? [];
  const colour = digits.map((pair) => parseInt(pair, 16));
  return `light-dark(${towards(colour, [0, 0, 0], LIGHT)}, ${towards(colour, [255, 255, 255], DARK)})`;
}

/**
 * The first mix of a colour with another that is readable on a background, as rgb(…).
 * @param {number[]} colour @param {number[]} other @param {number[]} background
 */
function towards(colour, other, background) {
  for (let share = 0; ; share += 0.04) {
    const mixed = colour.map((channel, index) => Math.round(channel + (other[index] - channel) * Math.min(share, 1)));
    if (contrast(mixed, background) >= READABLE || share >= 1) return `rgb(${mixed.join(' ')})`;
  }
}

/** @param {number[]} one @param {number[]} two */
function contrast(one, two) {
  const [dark, light] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance as WCAG defines it. @param {number[]} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
