/**
 * @file Hands a file to the person.
 */

import { h } from './dom.js';

/** Its address ends by itself: a download goes on when the page's part that gave it is gone. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = h('a', { href, download: name, hidden: true });
  document.body.append(link); // some browsers follow no link that is not in the page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
