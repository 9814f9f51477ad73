/**
 * @file Events of what outlives an element, such as the document, for as long as the element lives: on a page of others it comes and goes.
 */

/** What each element hears: its actions live as long as it does, and no longer. @type {WeakMap<Element, ((event: any) => void)[]>} */
const actions = new WeakMap();

/** Takes away what is left of a listener when its element is no more. */
const gone = new FinalizationRegistry((/** @type {() => void} */ forget) => forget());

/**
 * @param {Element} element @param {EventTarget} source @param {string} type
 * @param {(event: any) => void} action
 */
export function hear(element, source, type, action) {
  actions.set(element, [...(actions.get(element) ?? []), action]);
  const held = new WeakRef(action);
  const listen = (/** @type {Event} */ event) => held.deref()?.(event);
  source.addEventListener(type, listen);
  gone.register(element, () => source.removeEventListener(type, listen));
}
