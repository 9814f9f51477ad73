/**
 * @file A drawing pad: black ink on paper, as much as each pixel is covered; with an eraser, and every step can be taken back.
 *
 * The ink is the canvas's alpha, so that it is read as it was drawn: 0 paper, 255 ink.
 *
 * @typedef {import('../../codec/types.js').Feed} Feed
 * @typedef {{dtype: 'uint8', dims: number[], data: Uint8Array}} Drawing [height, width, 1]
 * @typedef {{x: number, y: number}} Point in pixels of the pad
 */

import { contextOf } from '../../media/picture.js';

const STROKES = 14; // that fit side by side: on 28 pixels, the size of many models of digits, a line is 2 wide
const STEPS = 50; // that can be taken back
const MEMORY = 2 ** 26; // bytes for them

export class Pad {
  /** What the pad held before each step, the last at the end. @type {Drawing[]} */
  #before = [];
  isErasing = false;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = contextOf(canvas);
  }

  /** An empty pad. @param {number} width @param {number} height */
  empty(width, height) {
    this.canvas.width = width; // which empties it, even if it is the same
    this.canvas.height = height;
  }

  /** The pixels; undefined for an empty pad. */
  read() {
    const drawing = this.#pixels();
    return drawing.data.some((ink) => ink) ? drawing : undefined;
  }

  /** Put pixels in place of all there is. @param {Feed} drawing [height, width, 1] */
  write({ dims: [height, width], data }) {
    this.empty(width, height);
    const image = new ImageData(width, height);
    for (let at = 0; at < data.length; at++) image.data[4 * at + 3] = Number(data[at]);
    this.context.putImageData(image, 0, 0);
  }

  /** To be called before a step that can be taken back. */
  remember() {
    const now = this.#pixels();
    this.#before = [...this.#before, now].slice(-Math.max(1, Math.min(STEPS, Math.floor(MEMORY / now.data.length))));
  }

  undo() {
    const last = this.#before.pop();
    if (last) this.write(last);
  }

  invert() {
    const { dims, data } = this.#pixels();
    this.write({ dtype: 'uint8', dims, data: data.map((ink) => 255 - ink) });
  }

  /** A line with round ends; a dot when it leads nowhere. @param {Point} from @param {Point} to */
  line(from, to) {
    const { context, canvas } = this;
    const width = Math.max(1.2, Math.min(canvas.width, canvas.height) / STROKES) * (this.isErasing ? 2 : 1);
    context.globalCompositeOperation = this.isErasing ? 'destination-out' : 'source-over';
    context.lineCap = 'round';
    context.lineWidth = width;
    context.beginPath();
    if (from.x === to.x && from.y === to.y) {
      context.arc(to.x, to.y, width / 2, 0, 2 * Math.PI);
      context.fill();
    } else {
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  }

  /** A drawing of another size, as large as the pad has room for, in its middle. @param {Feed} drawing */
  fit(drawing) {
    const other = new Pad(document.createElement('canvas'));
    other.write(drawing);
    const { canvas, context } = this;
    const scale = Math.min(canvas.width / other.canvas.width, canvas.height / other.canvas.height);
    const [width, height] = [other.canvas.width * scale, other.canvas.height * scale];
    context.imageSmoothingQuality = 'high';
    context.drawImage(other.canvas, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  }

  /** @returns {Drawing} */
  #pixels() {
    const { width, height } = this.canvas;
    const { data } = this.context.getImageData(0, 0, width, height);
    return { dtype: 'uint8', dims: [height, width, 1], data: Uint8Array.from({ length: width * height }, (_, at) => data[4 * at + 3]) };
  }
}
