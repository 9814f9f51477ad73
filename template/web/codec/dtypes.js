/**
 * @file The element types of tensors: their typed arrays, and the whole numbers they hold.
 */

/** bool is one byte an element, as onnxruntime-web takes it; strings are plain arrays. @type {Record<string, any>} */
export const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Up to which JavaScript's numbers have every whole number, and none beyond is taken for another. */
export const EXACT = Number.MAX_SAFE_INTEGER;

/**
 * The largest whole number up to which every whole number is exact in the dtype (float32: 2^24). float64 and int64 stop before
 * 2^53, which JavaScript's numbers take 2^53 + 1 for.
 * @type {Record<string, number>}
 */
export const WHOLE = { float32: 2 ** 24, float64: EXACT, int64: EXACT };

/** The largest float of a dtype. @type {Record<string, number>} */
export const FLOAT_MAX = { float32: 3.4028234663852886e38 };

/**
 * The least and the largest whole number of a dtype, as far as JavaScript's numbers are exact; int64 and floats: see WHOLE.
 * @type {Record<string, [number, number]>}
 */
export const BOUNDS = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, EXACT],
};
