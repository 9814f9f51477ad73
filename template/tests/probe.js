// What the browser tests run inside the page: its own modules, asked by hand. Tensors travel as mlweb/proof/golden.py packs them.
async ({ call, ...given }) => {
  const app = new URL('../', document.querySelector('script[type=module]').src);
  const load = (path) => import(new URL(path, app));

  const ARRAYS = {
    float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array,
    int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array, bool: Uint8Array,
  };
  const unpack = ({ dtype, dims, base64, strings }) => {
    if (strings) return { dtype, dims, data: strings };
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return { dtype, dims, data: new ARRAYS[dtype](bytes.buffer) };
  };
  const pack = ({ dtype, dims, data }) => {
    if (dtype === 'string') return { dtype, dims, strings: Array.from(data) };
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { dtype, dims, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
  };
  const each = (tensors, change) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));

  const calls = {
    /** Each row of values as feeds or refusals. */
    async encode({ form, rows }) {
      const { encode } = await load('codec/encode.js');
      const { ValidationErrors } = await load('codec/refusal.js');
      return rows.map((row) => {
        try {
          return { feeds: each(encode(form, [each(row, (value) => (value?.dtype ? unpack(value) : value))]), pack) };
        } catch (error) {
          if (!(error instanceof ValidationErrors)) throw error;
          return { refusals: error.refusals };
        }
      });
    },
    /** The version of the runtime, what computed, its threads, and the outputs of each run. */
    async run({ runs }) {
      const { Client } = await load('runtime/client.js');
      const manifestUrl = new URL('manifest.json', app).href;
      const client = new Client(await (await fetch(manifestUrl)).json(), manifestUrl);
      const given = [];
      for (const feeds of runs) given.push(each((await client.run(each(feeds, unpack))).outputs, pack));
      const { version, backend, threads } = await client.ready;
      client.close();
      return { version, backend, threads, outputs: given };
    },
  };
  return calls[call](given);
}
