/**
 * @file When a part of the page can be shown so that nothing jumps: its style sheets are there, and its fields hold what they start with.
 */

const PATIENCE_MS = 1500; // ms; a part that is not yet as it will be is better than none

/** Waits for what an element of the page is still waiting for, or until that takes too long. @param {HTMLElement} element */
export async function settled(element) {
  const links = /** @type {HTMLLinkElement[]} */ ([...element.querySelectorAll('link[rel=stylesheet]')]);
  const fields = [...element.querySelectorAll('.field [aria-busy=true]')]; // a sample is on its way to them
  const coming = [
    ...links.filter(({ sheet }) => !sheet).flatMap((link) => Promise.race([next(link, 'load'), next(link, 'error')])),
    ...fields.map((field) => next(field, 'input')),
  ];
  await Promise.race([Promise.all(coming), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/** @param {EventTarget} target @param {string} type */
function next(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}
