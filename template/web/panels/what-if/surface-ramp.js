/**
 * @file The colours of the surface: more is further from the page's ground. Lightness rises or falls all the way, so the order
 * shows without telling hues apart and in grey.
 */

/** Every one of them is within sRGB. @param {number} share from 0 to 1 @param {boolean} dark on a dark ground */
function colour(share, dark) {
  const ink = dark ? 1 - share : share; // from light yellow to dark blue
  return `oklch(${0.95 - 0.62 * ink} 0.09 ${105 + 160 * ink})`;
}

/**
 * Paint one square for each share, the first row at the bottom; what is no number stays empty. A canvas has a pixel a square.
 * @param {HTMLCanvasElement} canvas @param {number[]} shares row by row @param {number} columns
 */
export function paint(canvas, shares, columns) {
  const rows = shares.length / columns;
  Object.assign(canvas, { width: columns, height: rows }); // which clears it
  const dark = getComputedStyle(canvas).color === 'rgb(255, 255, 255)'; // surface.css has it follow the ground
  const context = canvas.getContext('2d');
  if (!context) return;
  shares.forEach((share, index) => {
    if (Number.isNaN(share)) return;
    context.fillStyle = colour(share, dark);
    context.fillRect(index % columns, rows - 1 - Math.floor(index / columns), 1, 1);
  });
}
