/**
 * @file Starts the page that is one file: gives each file of the site, which all lie packed in this page, an address.
 *
 * mlweb/site/single_file.py puts this script into the page; mlweb/site/bundle.py tells how the files are packed. Its sentences stand here,
 * because it speaks when the page's own can't be read.
 *
 * @typedef {{name: string, type: string, bytes: number, refers: boolean, worker: boolean}} Packed
 */

/** Unpack all files; the address of the last one, the module that the page begins with. Throws when the page is cut. */
async function unpack() {
  const box = /** @type {HTMLElement} */ (document.getElementById('site'));
  const binary = atob(box.textContent);
  box.remove(); // nobody needs these megabytes of text any more
  const packed = new Uint8Array(binary.length);
  for (let index = 0; index < packed.length; index++) packed[index] = binary.charCodeAt(index);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());

  let at = bytes.indexOf(10) + 1; // behind the line that lists the files
  /** @type {Packed[]} */
  const files = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  let address = '';
  /** @type {Map<string, string>} */
  const addresses = new Map();
  for (const { name, type, bytes: size, refers, worker } of files) {
    const data = bytes.subarray(at, (at += size));
    const content = refers || worker ? filled(data, addresses) : data;
    address = worker ? dataUrl(type, String(content)) : URL.createObjectURL(new Blob([content], { type }));
    address += `#${name}`; // for those who read errors
    addresses.set(name, address);
  }
  return address;
}

/** A text with addresses in place of the names of files. @param {Uint8Array} bytes @param {Map<string, string>} addresses */
function filled(bytes, addresses) {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.replace(/(["'])site:(.*?)\1/g, (found, quote, name) => (addresses.has(name) ? quote + addresses.get(name) + quote : found));
}

/** A worker may not read the page's blobs where the page is from the disk. @param {string} type @param {string} text */
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
  const what = french ? 'Ce fichier est endommagé : il en manque une partie.' : 'This file is damaged: a part of it is missing.';
  const todo = french ? 'Procurez-vous-le à nouveau là d’où il vient.' : 'Get it again from where it came from.';
  const main = await unpack().catch(() => say(what, todo));
  if (main) await import(main);
}
export {};
