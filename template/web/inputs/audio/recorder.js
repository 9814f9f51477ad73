/**
 * @file What runs beside the page while the microphone is on: it hands over the samples as they are, some at a time.
 */

const scope = /** @type {any} */ (globalThis); // of an audio worklet
const PART = 1024; // samples handed over at once

class Recorder extends scope.AudioWorkletProcessor {
  part = new Float32Array(PART);
  length = 0;

  /** @param {Float32Array[][]} inputs the channels of each input, 128 samples a time */
  process([[samples]]) {
    if (!samples) return true; // the microphone has not begun
    this.part.set(samples, this.length);
    this.length += samples.length;
    if (this.length === PART) {
      this.port.postMessage(this.part);
      this.length = 0;
    }
    return true;
  }
}

scope.registerProcessor('recorder', Recorder);
