/**
 * @file Starts the page that is a single file: gives an address to each file of the site, all of which are packed in this page.
 *
 * mlweb/site/single_file.py puts this script into the page; mlweb/site/bundle.py packs the files. It has sentences of its own,
 * for when the page's can't be read.
 *
 * @typedef {{name: string, type: string, bytes: number, refers: boolean, worker: boolean}} Packed
 */

/**
 * Unpack all files; the address of the last one, the page's entry module. Throws when the page is truncated.
 * `mlwebAddress(name)` is the address of any of them, for modules that are imported only when they are needed.
 */
async function unpack() {
  const box = /** @type {HTMLElement} */ (document.getElementById('site'));
  const binary = atob(box.textContent);
  box.remove(); // these megabytes of text are no longer needed
  const packed = new Uint8Array(binary.length);
  for (let index = 0; index < packed.length; index++) packed[index] = binary.charCodeAt(index);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());

  let at = bytes.indexOf(10) + 1; // after the line that lists the files
  /** @type {Packed[]} */
  const files = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  let address = '';
  /** @type {Map<string, string>} */
  const addresses = new Map();
  Object.assign(globalThis, { mlwebAddress: (/** @type {string} */ name) => addresses.get(name) });
  for (const { name, type, bytes: size, refers, worker } of files) {
    const data = bytes.subarray(at, (at += size));
    const content = refers || worker ? filled(data, addresses) : data;
    address = worker ? dataUrl(type, String(content)) : URL.createObjectURL(new Blob([content], { type }));
    address += `#${name}`; // for error messages
    addresses.set(name, address);
  }
  return address;
}

/** A text with file names replaced by addresses. @param {Uint8Array} bytes @param {Map<string, string>} addresses */
function filled(bytes, addresses) {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.replace(/(["'])site:(.*?)\1/g, (found, quote, name) => (addresses.has(name) ? quote + addresses.get(name) + quote : found));
}

/** A worker may not read the page's blobs when the page was opened from disk. @param {string} type @param {string} text */
function dataUrl(type, text) {
  return `data:${type},${encodeURIComponent(text).replaceAll("'", '%27')}`;
}

/** Say it as support.js does. @param {string} what @param {string} todo */
function say(what, todo) {
  document.documentElement.dataset.state = 'error';
  const [box, first, second, strong] = ['div', 'p', 'p', 'strong'].map((tag) => document.createElement(tag));
  box.className = 'alert';
  strong.append(what);
  first.append(strong);
  second.append(todo);
  box.append(first, second);
  document.getElementById('status')?.replaceChildren(box);
}

if (!(/** @type {any} */ (window).mlwebUnsupported)) {
  const french = /^fr\b/.test(document.documentElement.lang);
  const what = french ? 'Ce fichier est endommagé : il en manque une partie.' : 'This file is damaged: part of it is missing.';
  const todo = french ? 'Récupérez-le à nouveau à sa source.' : 'Get a new copy from its source.';
  const main = await unpack().catch(() => say(what, todo));
  if (main) await import(main);
}
export {};
