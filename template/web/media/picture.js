/**
 * @file Pictures as arrays, uint8 [height, width, channels], on a canvas and from one.
 *
 * @typedef {import('../codec/types.js').Feed} Feed
 */

const SMALL = 100; // pixels, up to which a person wants to see each of them
const STRIP = 2 ** 22; // pixels read at a time: phones allow no canvas of a whole photo

/**
 * Three bytes a pixel of what a canvas can draw, on white where it is transparent; nothing is scaled.
 * @param {CanvasImageSource} drawn @param {number} width @param {number} height
 * @returns {Feed}
 */
export function pixels(drawn, width, height) {
  const data = new Uint8Array(width * height * 3);
  const canvas = globalThis.document ? document.createElement('canvas') : new OffscreenCanvas(1, 1); // a worker has no page
  canvas.width = width;
  canvas.height = Math.min(height, Math.max(1, Math.floor(STRIP / width)));
  const context = contextOf(canvas);
  context.fillStyle = '#fff';
  for (let top = 0, to = 0; top < height; top += canvas.height) {
    context.fillRect(0, 0, width, canvas.height);
    context.drawImage(drawn, 0, -top);
    const strip = context.getImageData(0, 0, width, Math.min(canvas.height, height - top)).data;
    for (let from = 0; from < strip.length; from += 4) {
      data[to++] = strip[from];
      data[to++] = strip[from + 1];
      data[to++] = strip[from + 2];
    }
  }
  return { dtype: 'uint8', dims: [height, width, 3], data };
}

/**
 * A picture of 1, 3 or 4 channels on a canvas of its size; of every `step`th pixel, where that is enough to look at it.
 * @param {HTMLCanvasElement} canvas @param {Feed} array [height, width, channels] @param {number} [step]
 */
export function paint(canvas, { dims: [height, width, channels = 1], data }, step = 1) {
  const image = new ImageData(Math.ceil(width / step), Math.ceil(height / step));
  for (let y = 0, to = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step, to += 4) {
      const from = (y * width + x) * channels;
      image.data[to] = Number(data[from]);
      image.data[to + 1] = Number(data[channels < 3 ? from : from + 1]);
      image.data[to + 2] = Number(data[channels < 3 ? from : from + 2]);
      image.data[to + 3] = channels === 4 ? Number(data[from + 3]) : 255;
    }
  }
  canvas.width = image.width;
  canvas.height = image.height;
  contextOf(canvas).putImageData(image, 0, 0);
  canvas.classList.toggle('small', Math.max(width, height) <= SMALL);
}

/** As `paint`, with no more pixels than a screen can show. @param {HTMLCanvasElement} canvas @param {Feed} array */
export function preview(canvas, array) {
  paint(canvas, array, Math.max(1, Math.ceil(Math.sqrt((array.dims[0] * array.dims[1]) / STRIP))));
}

/** Whether a value of a row is a picture. @param {any} value @returns {value is Feed} */
export function isPicture(value) {
  return value?.dtype === 'uint8' && value.dims.length === 3;
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas */
export function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
}
