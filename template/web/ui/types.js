/**
 * @file What the page is built of: panels, controls, views. Types only: nothing here runs.
 *
 * @typedef {import('../runtime/types.js').Manifest} Manifest
 * @typedef {import('../runtime/types.js').Known} Known
 * @typedef {import('../codec/types.js').Row} Row
 *
 * @typedef {object} Control What an input kind makes: the thing a person handles, without its label.
 * @property {HTMLElement} element
 * @property {HTMLElement} [target] the one part that carries the field's id and label; none in a group of equal parts
 * @property {'group'} [role] what it is to a screen reader, where it has no target and is not radio buttons
 * @property {() => unknown} read what the person gave, as given
 * @property {(value: unknown) => void} write
 * @property {(label: HTMLElement) => void} [drag] lets its label be dragged to change it
 * @property {(known: Known) => string} [unseen] a sentence when training never saw such a value, else ''
 *
 * @typedef {object} View What an output kind makes.
 * @property {HTMLElement} element
 * @property {(result: any, row: Row) => void} show the result, of these values
 * @property {(result: any) => string} text the result in a line, for the clipboard
 * @property {(result: any) => string} [short] the same in a few words, for the edge of a phone, where `text` is longer than that
 *
 * @typedef {object} Context What every part of a page gets: how it speaks, where it lives and how long.
 * @property {string} language
 * @property {import('../strings/index.js').Strings} t the sentences of that language
 * @property {import('./format.js').Format} format numbers in that language
 * @property {AbortSignal} signal aborted when the page's part of the world goes away: listeners, timers, downloads, workers and cameras end with it
 * @property {Document | ShadowRoot} root what the page is in: the document, or the shadow root of an element on a host page, of which
 *   nothing outside is ours
 * @property {(error: unknown) => void} showError says in words what went wrong, in the one place for that
 *
 * @typedef {object} SiteParts
 * @property {Manifest} manifest
 * @property {import('../runtime/client.js').Client} client
 * @property {import('./form-state.js').FormState} form what the form holds
 * @property {HTMLElement} loading shows how far the download is, until it removes itself
 * @property {() => void} clearError of what showError said last
 * @property {(panel: string) => ((part?: string) => void) | undefined} [wayTo] what brings a panel of this page into sight, or the part of it
 *   that a selector finds; undefined for a panel that it does not show; there is none on a host page
 *
 * @typedef {Context & SiteParts} Site What every panel gets.
 *
 * @typedef {{element: HTMLElement, start?: () => Promise<void>}} Panel `start` is called once the runtime is ready.
 */
export {};
