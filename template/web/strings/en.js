/**
 * @file Every sentence of the page in English. (Refusals are in runtime/encode.js, next to what they refuse; support.js
 * has its own, because it must run where modules don't.)
 */

const PUBLISH =
  'Load the page again in some minutes. If that does not help, the site was published incompletely: build it again and publish all of dist/.';

/** @param {string} count @param {string} noun */
const plural = (count, noun) => `${count} ${noun}${count === '1' ? '' : 's'}`;

export const en = {
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

  share: {
    link: 'Copy link',
    result: 'Copy result',
    version: (/** @type {string} */ version) => `This link was made for another version of this page (${version}): the form starts at its defaults.`,
    unknown: (/** @type {string} */ names) => `The link names fields that this form does not have: ${names}.`,
    odd: (/** @type {string} */ values) => `The link names values that can’t be chosen here: ${values}.`,
  },

  whatIf: {
    heading: 'What if',
    about: (/** @type {string} */ name, /** @type {string | undefined} */ unit) =>
      `${name}${unit ? ` (${unit})` : ''}, when one value of the form moves and all others stay. The dot is where the form stands now.`,
    shaded: 'Shaded is what training saw.',
    first: (/** @type {number} */ count) => `Only the first ${count} fields have a chart here.`,
    probability: (/** @type {string} */ label) => `Probability of ${label}`,
    curve: (
      /** @type {string} */ field, /** @type {string} */ from, /** @type {string} */ to, /** @type {string} */ result,
      /** @type {string} */ first, /** @type {string} */ last, /** @type {string} */ now,
    ) => `As ${field} goes from ${from} to ${to}, ${result} goes from ${first} to ${last}; now ${now}.`,
    now: (/** @type {string} */ value) => `now ${value}`,
    none: 'The curves come with the next result.',
    impossible: 'No curves here: they need fields with a known range, a numeric result, and a model that takes any number of rows at once.',
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

  copy: {
    done: 'Copied.',
    refused: 'The browser did not allow copying. The text is selected below: press Ctrl+C (⌘C on a Mac).',
    text: 'Text to copy',
  },

  embed: {
    heading: 'Use it elsewhere',
    about: 'The model with the values that the form holds now, ready to paste. It runs where you paste it; nothing is sent to a server.',
    refused: 'Correct the values in the form: what is below still holds the ones before.',
    local: (/** @type {string} */ host) => `The addresses are those of ${host}, which only this machine knows: take them from the published page.`,
    element: { heading: 'The form on a page of yours', note: 'A “result” event tells {values, results}; .values reads and fills the form; CSS such as ml-model { --accent: #06c } sets its colours.' },
    module: { heading: 'The numbers in JavaScript', note: 'An ES module for any page or bundler; it computes in a worker of that page.' },
    frame: { heading: 'This page in a frame', note: 'It needs nothing but the address.' },
    python: { heading: 'Python', note: 'Needs: pip install onnxruntime numpy. It fetches the model and feeds it exactly what this page feeds it.' },
    cors: 'On another site the first two need a server that sends “Access-Control-Allow-Origin: *”, as GitHub Pages and Cloudflare Pages do; with other hosts set that header.',
    copy: 'Copy',
    copyOf: (/** @type {string} */ what) => `Copy: ${what}`,
    unknown: (/** @type {string} */ name, /** @type {string} */ known) => ({ what: `There is no panel “${name}”.`, todo: `Known: ${known}.` }),
  },

  benchmark: {
    heading: 'How fast it is here',
    about: (/** @type {string} */ size) =>
      `Loads the model a second time (${size}, perhaps from the browser’s cache), then runs it with the values of the form, all on this device.`,
    start: 'Measure',
    again: 'Measure again',
    refused: 'Correct the values in the form first.',
    running: 'Measuring…',
    done: 'Measured.',
    failed: (/** @type {string} */ why, /** @type {string} */ todo) => `No measurement. ${why} ${todo}`,
    what: 'What',
    time: 'Time',
    cold: 'From download to first result',
    session: 'of that, starting runtime and model',
    first: 'First run',
    median: (/** @type {number} */ runs) => `Median of ${runs} runs`,
    p95: '95th percentile',
    plot: (/** @type {number} */ runs, /** @type {string} */ low, /** @type {string} */ high, /** @type {string} */ median) =>
      `${runs} runs in order, from ${low} to ${high}; the line is the median, ${median}.`,
    clock: (/** @type {string} */ tick) => `This browser’s clock ticks every ${tick}.`,
    batches: (/** @type {string} */ tick, /** @type {number} */ times) =>
      `This browser’s clock ticks every ${tick}, too coarse for one run: each of the runs shown is the mean of ${times} in a row. The first run can’t be repeated, so its time is only as exact as the clock.`,
    cores: (/** @type {number | undefined} */ cores) => (cores ? `${cores} processor ${cores === 1 ? 'core' : 'cores'}` : 'processor cores not told'),
    engine: (/** @type {string} */ browser, /** @type {string} */ system) => (system ? `${browser} on ${system}` : browser),
    unknown: 'a browser that does not tell its name',
    threads: (/** @type {number} */ threads) => (threads === 1 ? '1 thread' : `${threads} threads`),
    model: 'Model',
    device: 'Device',
    json: 'Copy as JSON',
    markdown: 'Copy as Markdown',
  },

  batch: {
    heading: 'Many rows at once',
    privacy: 'Drop a CSV or TSV file here, choose one or paste rows. It is read and computed on this device: nothing is uploaded.',
    choose: 'Choose a file',
    paste: 'Paste rows here',
    pasted: 'pasted rows',
    needs: (/** @type {number} */ count) => `The ${count === 1 ? 'column' : `${count} columns`} that the model reads`,
    first: 'The first line names the columns; their order does not matter, and further columns are kept in the result.',
    reading: (/** @type {string} */ name) => `Reading ${name}…`,
    library: 'reader of CSV files',
    found: (/** @type {string} */ name, /** @type {string} */ rows, /** @type {string} */ columns) => `${name}: ${plural(rows, 'row')}, ${plural(columns, 'column')}.`,
    blank: (/** @type {number} */ count) => `${plural(String(count), 'blank line')} left out.`,
    encoding: 'The file is not UTF-8 and was read as Windows-1252: look whether accents are right.',
    preview: 'The first rows',
    furtherColumns: (/** @type {string} */ count) => plural(count, 'more column'),
    line: 'Line',
    unnamed: '(no name)',
    columns: 'Columns',
    matched: (/** @type {number} */ count, /** @type {number} */ all) => `${count} of ${all} fields ${count === 1 ? 'has' : 'have'} a column`,
    missing: 'No column has the name of these fields. Choose where each comes from:',
    missingMany: (/** @type {number} */ count, /** @type {string} */ names) =>
      `${count} fields have no column, such as ${names}. Name them in the first line of the file, then take it again.`,
    pick: 'Choose…',
    fromForm: 'Use the form’s value',
    surplus: (/** @type {string} */ names) => `Not used, but kept in the result: ${names}.`,
    formRefused: 'A value of the form is used here, and the form holds one that needs your attention.',
    compute: (/** @type {string} */ rows) => `Compute ${plural(rows, 'row')}`,
    cancel: 'Cancel',
    progress: (/** @type {string} */ done, /** @type {string} */ all) => `${done} of ${all} rows`,
    done: (/** @type {string} */ rows, /** @type {string} */ all, /** @type {string} */ time) =>
      `${rows === all ? '' : `${rows} of `}${plural(all, 'row')} computed in ${time}.`,
    cancelled: (/** @type {string} */ done, /** @type {string} */ all) => `Cancelled after ${done} of ${all} rows.`,
    refused: (/** @type {string} */ count) => `${plural(count, 'row')} without a result`,
    lineIs: (/** @type {string} */ line) => `Line ${line}`,
    more: (/** @type {string} */ count) => `And ${count} more: the downloaded file gives the reason for each.`,
    results: 'Results',
    firstOf: (/** @type {string} */ shown, /** @type {string} */ all) => `The first ${shown} of ${all} rows; the file has all of them.`,
    download: 'Download the results as CSV',
    file: (/** @type {string} */ name) => `${name}-results.csv`,
    probability: (/** @type {string} */ name) => `${name}_probability`,
    share: 'Probability',
    reason: 'no_result_because',
    cells: (/** @type {number} */ count, /** @type {number} */ wanted) => `It has ${plural(String(count), 'cell')}, but the first line names ${plural(String(wanted), 'column')}.`,
    quote: 'A quotation mark in it is not closed properly.',
    open: 'A quotation mark in it is never closed, so that the rest of the file belongs to this row.',
    trouble: {
      empty: { what: 'There are no rows in it.', todo: 'The first line must name the columns, each further line is one row.' },
      big: (/** @type {string} */ size, /** @type {string} */ most) => ({ what: `The file has ${size}, which is too much to read at once.`, todo: `Cut it into files of at most ${most}.` }),
      workbook: { what: 'This is a spreadsheet’s own file or an archive, not CSV.', todo: 'Save the table as CSV there, or copy its cells and paste them here.' },
      binary: { what: 'This is not a text file.', todo: 'Take a CSV or TSV file.' },
      unread: { what: 'The file could not be read.', todo: 'Choose it again; if it is open in another program, close it there.' },
    },
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
    policy: {
      what: 'This page does not let the model start.',
      todo: 'Its Content-Security-Policy must allow WebAssembly (wasm-unsafe-eval) and workers from the model’s site.',
    },
    unexpected: {
      what: 'Something went wrong on this page.',
      todo: 'Load the page again. If it happens every time, tell those who run the site, with the details below.',
    },
  },
};
