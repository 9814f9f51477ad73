/**
 * @file Every sentence of the page, by language. (Refusals are in runtime/encode.js, next to what they refuse; support.js
 * has its own, because it must run where modules don't.)
 */

const PUBLISH =
  'Load the page again in some minutes. If that does not help, the site was published incompletely: build it again and publish all of dist/.';

const en = {
  loading: {
    heading: 'Getting ready',
    sizes: (/** @type {string} */ model, /** @type {string} */ runtime) => `The model (${model}) and what runs it (${runtime}) come to this device. Then everything is computed here.`,
    progress: (/** @type {string} */ loaded, /** @type {string} */ total) => `${loaded} of ${total}`,
    starting: 'Starting the runtime…',
  },

  form: {
    heading: 'Your values',
    examples: 'Examples',
    reset: 'Reset',
    slider: (/** @type {string} */ label) => `${label}, slider`,
    none: 'No answer',
    outside: (/** @type {string} */ range) => `Outside the range seen in training (${range}).`,
    unseen: 'Not seen in training.',
  },

  result: {
    heading: 'Result',
    refused: (/** @type {number} */ count) => `No result: ${count === 1 ? 'one value needs' : `${count} values need`} your attention.`,
    failed: 'No result: see the message at the top of the page.',
    badge: (/** @type {string} */ time, /** @type {string} */ backend) => `${time} · ${backend}, on this device`,
    wasm: 'WebAssembly',
    yes: 'Yes',
    no: 'No',
    undefined: 'not a number',
    below: (/** @type {string} */ milliseconds) => `under ${milliseconds}`,
  },

  card: {
    heading: 'About this model',
    data: 'Data',
    limits: 'Limits',
    license: 'Licence',
    contact: 'Contact',
    author: 'Made by',
    quality: 'How good it is',
    measure: 'Measure',
    model: 'This model',
    baseline: 'Baseline',
    higher: 'higher is better',
    lower: 'lower is better',
    measured: (/** @type {string} */ rows) => `Measured on ${rows}.`,
    beaten: (/** @type {string} */ baseline) => `${baseline} is the better one here.`,
    ranges: 'What training saw',
    field: 'Field',
    seen: 'Seen',
    median: 'Median',
    rows: (/** @type {string} */ count) => `${count} rows`,
    facts: 'The files',
    file: 'Model file',
    sha256: 'SHA-256',
    trained: 'Trained',
    trainedOn: (/** @type {string} */ date, /** @type {string} */ rows) => (rows ? `${date}, on ${rows}` : date),
    versions: 'Made with',
    source: 'Source',
  },

  proof: {
    heading: 'Same answer as in Python',
    estimator: 'The ONNX file',
    page: (/** @type {string} */ engine) => `This page in ${engine}`,
    as: { estimator: 'the trained model', python: 'Python' },
    rows: (/** @type {number} */ count) => `${count} held-out rows`,
    cases: (/** @type {number} */ count) => `${count} cases typed into the form`,
    same: (/** @type {string} */ whose, /** @type {string} */ tried, /** @type {string} */ difference) =>
      `The same answer as ${whose} on ${tried}; ${difference ? `largest difference ${difference}` : 'no difference at all'}.`,
    different: (/** @type {string} */ whose, /** @type {string} */ tried, /** @type {string} */ difference) =>
      `Not the same answer as ${whose} on ${tried}: the largest difference is ${difference}.`,
    nothing: 'Not proven yet.',
    noBrowser: 'Not proven in a browser yet.',
  },

  footer: {
    privacy: 'Nothing you type leaves this device.',
    source: 'Source code',
    build: (/** @type {string} */ build) => `build ${build}`,
  },

  /** Names of the files in the sentences below. */
  files: { ort: 'runtime script', wasm: 'runtime', model: 'model', manifest: 'description of this page (manifest.json)' },

  trouble: {
    reload: 'Load again',
    detail: 'Technical details',
    offline: (/** @type {string} */ file) => ({ what: `The ${file} could not be fetched.`, todo: 'Check the connection, then load the page again.' }),
    cut: (/** @type {string} */ file) => ({ what: `The download of the ${file} broke off.`, todo: 'Check the connection, then load the page again.' }),
    missing: (/** @type {string} */ file, /** @type {number} */ status) => ({ what: `The server did not give the ${file} (HTTP ${status}).`, todo: PUBLISH }),
    html: (/** @type {string} */ file) => ({
      what: `The server sent a web page in place of the ${file}.`,
      todo: 'The file is probably missing there: publish all of dist/, and let the server answer 404 for what it does not have.',
    }),
    pointer: (/** @type {string} */ file) => ({
      what: `The ${file} on the server is a Git LFS pointer, not the file itself.`,
      todo: 'Get the real file with “git lfs pull” before building, or take it out of Git LFS; then publish again.',
    }),
    size: (/** @type {string} */ file, /** @type {string} */ got, /** @type {string} */ wanted) => ({
      what: `The ${file} is damaged: it has ${got} bytes, not ${wanted}.`,
      todo: PUBLISH,
    }),
    checksum: (/** @type {string} */ file) => ({ what: `The ${file} is damaged: its checksum is wrong.`, todo: PUBLISH }),
    unreadable: { what: 'The description of this page (manifest.json) is damaged.', todo: PUBLISH },
    version: (/** @type {string} */ wanted, /** @type {string} */ got) => ({
      what: `The runtime has version ${got}, but this page was built for ${wanted}.`,
      todo: 'Build the page again, with the runtime that package-lock.json names, and publish all of dist/.',
    }),
    runtime: { what: 'The runtime could not be started.', todo: 'Close other tabs and load the page again, or try another browser.' },
    session: { what: 'The runtime could not load the model.', todo: 'Check the model with “uv run poe check”, then build and publish again.' },
    run: {
      what: 'The model could not compute a result from these values.',
      todo: 'Try other values; if they fail too, the model and metadata.yml may not fit: run “uv run poe check”.',
    },
    part: (/** @type {string} */ file) => ({ what: `A part of this page could not be loaded: ${file}.`, todo: PUBLISH }),
    worker: { what: 'The part of the page that computes has stopped.', todo: 'Load the page again; if memory is short, close other tabs first.' },
    unexpected: {
      what: 'Something went wrong on this page.',
      todo: 'Load the page again. If it happens every time, tell those who run the site, with the details below.',
    },
  },
};

/** @type {Record<string, typeof en>} */
const TABLES = { en };

/** The table of the page's language; English where there is none, and outside of a page. */
export const t = TABLES[globalThis.document?.documentElement.lang] ?? en;
