/**
 * @file What scrolls on its own can be reached by the keyboard, as long as there is something to scroll: not every browser sees to it.
 */

/** In the next frame: what is resized at once is reported to the page as an error by some browsers. @param {ResizeObserverEntry[]} entries */
function lookSoon(entries) {
  requestAnimationFrame(() => look(entries));
}

/** @param {ResizeObserverEntry[]} entries */
function look(entries) {
  for (const { target } of entries) {
    const scroller = /** @type {HTMLElement} */ (target.matches('[data-scrolls]') ? target : target.parentElement);
    if (!scroller) continue; // the content has been replaced
    const scrolls = scroller.scrollWidth > scroller.clientWidth || scroller.scrollHeight > scroller.clientHeight;
    if (scrolls) scroller.tabIndex = 0;
    else if (scroller !== /** @type {Document | ShadowRoot} */ (scroller.getRootNode()).activeElement) scroller.removeAttribute('tabindex');
  }
}

/**
 * An element whose content may be larger: what is in it when it is made, or else what comes.
 *
 * Each has an observer of its own, which goes when the element goes. One for all would stay, and Firefox would keep every element
 * with it that it ever observed: whether observers hold elements is left open by their specification (csswg-drafts, issue 6397).
 * @template {HTMLElement} Element
 * @param {Element} element @returns {Element}
 */
export function scroller(element) {
  element.dataset.scrolls = '';
  const watcher = new ResizeObserver(lookSoon); // holds no element itself, by which they would hold each other in some browsers
  watcher.observe(element);
  if (element.firstElementChild) watcher.observe(element.firstElementChild);
  return element;
}
