/**
 * @file The model embedded in another page: `<ml-model src="https://site/">`, or `(await load('https://site/')).predict(values)`.
 *
 * This file has a stable address, so it stays small: the site's model.json names the current deploy, and everything else comes
 * from that deploy's folder. It has sentences of its own, for when that folder can't be reached.
 */

/**
 * @typedef {Record<string, unknown>} Values field name -> value
 * @typedef {{values: Values | undefined, prove: () => Promise<Record<string, any>>}} Mounted
 */

const ENGLISH = {
  json: 'The values of this <ml-model> must be JSON, such as values=\'{"age": 48}\'.',
  src: 'This <ml-model> needs src="…", the address of the model’s site.',
  address: (/** @type {string} */ src) => `“${cut(src)}” is not the address of a site: src="…" takes one such as https://example.org/model/.`,
  unreached: (/** @type {URL} */ site) => `The model at ${site} can’t be reached. Check the address and the connection.`,
  missing: (/** @type {URL} */ site, /** @type {number} */ status) => `There is no model at ${site} (HTTP ${status}): check the address.`,
  odd: (/** @type {URL} */ site) => `There is no model at ${site}: its model.json was not written by the build.`,
  foreign: (/** @type {URL} */ site) => `Loading it from another site needs two things: the model’s server must send “Access-Control-Allow-Origin: *”, as GitHub Pages and Cloudflare Pages do, and this page’s Content-Security-Policy, if it has one, must allow ${allowed(site)}.`,
};
/** @type {typeof ENGLISH} */
const FRENCH = {
  json: 'Les valeurs de ce <ml-model> doivent être du JSON, par exemple values=\'{"age": 48}\'.',
  src: 'Ce <ml-model> a besoin de src="…", l’adresse du site du modèle.',
  address: (src) => `« ${cut(src)} » n’est pas l’adresse d’un site : src="…" en prend une comme https://exemple.org/modele/.`,
  unreached: (site) => `Le modèle à l’adresse ${site} est injoignable. Vérifiez l’adresse et la connexion.`,
  missing: (site, status) => `Il n’y a pas de modèle à l’adresse ${site} (HTTP ${status}) : vérifiez l’adresse.`,
  odd: (site) => `Il n’y a pas de modèle à l’adresse ${site} : son model.json n’a pas été écrit par la construction du site.`,
  foreign: (site) => `Pour le charger depuis un autre site, il faut deux choses : le serveur du modèle doit envoyer « Access-Control-Allow-Origin: * », comme le font GitHub Pages et Cloudflare Pages, et la Content-Security-Policy de cette page, si elle en a une, doit autoriser ${allowed(site)}.`,
};
/** What a host page or a server can do nothing about; and an answer with a status has come. */
const WITHOUT_ADVICE = ['src', 'address', 'missing', 'odd', 'unknown-panel', 'trusted-types', 'closed', 'invalid'];

/** Our sentences in a language. @param {string} language */
const sentences = (language) => (/^fr\b/i.test(language) ? FRENCH : ENGLISH);

/**
 * A model to compute with; `stream` tells piece by piece what a language model writes. Errors are sentences that say what to do, in the language of this page. `prove` computes the cases that the site
 * carries, and tells how far this browser's answers are from Python's.
 * @param {string} src address of the model's site
 * @returns {Promise<{predict: (values: Values) => Promise<Record<string, any>>, stream: (prompt: string | Values) => AsyncGenerator<string>, prove: () => Promise<Record<string, any>>, close: () => void}>}
 */
export async function load(src) {
  const lang = globalThis.document?.documentElement.lang ?? ''; // a worker has no page
  const end = new AbortController();
  try {
    const { code, languages } = await deploy(src, sentences(lang), end.signal);
    return { ...(await code.open({ languages, wanted: [lang], signal: end.signal })), close: () => end.abort() };
  } catch (error) {
    throw new Error(words(error, src, sentences(lang)), { cause: error });
  }
}

/** The form and its result. Fires `result` with {values, results} after every computation. */
class MlModel extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['src', 'panels', 'values'];

  #root = this.attachShadow({ mode: 'open' });
  #alert = this.#root.appendChild(document.createElement('div'));
  /** Ends what is shown. */
  #end = new AbortController();
  /** Counts the changes; only the last one matters. */
  #changes = 0;
  /** The attributes of what is shown. */
  #made = '';
  /** @type {Mounted | undefined} */
  #mounted;
  /** What the form will hold once it has loaded. @type {Values} */
  #values = {};
  /** What is shown, once it has loaded. @type {Promise<void>} */
  #making = Promise.resolve();
  /** What is wrong with the attribute `values`; '' when it can be read. */
  #unreadable = '';

  constructor() {
    super();
    this.#alert.setAttribute('role', 'alert');
    if (!Object.hasOwn(this, 'values')) return;
    const { values } = this; // set before this file had loaded
    delete (/** @type {any} */ (this).values);
    this.values = values;
  }

  /** What the form holds; undefined until it has loaded and while it holds an invalid value. @type {Values | undefined} */
  get values() {
    return this.#mounted?.values;
  }

  /** Fills the form; fields left out take their default. */
  set values(values) {
    this.#values = values ?? {};
    if (this.#unreadable) this.#say('');
    this.#unreadable = '';
    if (this.#mounted) this.#mounted.values = this.#values;
  }

  connectedCallback() {
    void this.#changed();
  }

  disconnectedCallback() {
    void this.#changed();
  }

  /** @param {string} name @param {string | null} _ @param {string | null} text */
  attributeChangedCallback(name, _, text) {
    if (name !== 'values') return void this.#changed();
    try {
      this.values = JSON.parse(text ?? '{}');
    } catch (error) {
      this.#unreadable = `${sentences(this.#language).json} ${error}`;
      this.#say(this.#unreadable);
    }
  }

  get #language() {
    return /** @type {HTMLElement | null} */ (this.closest('[lang]'))?.lang ?? '';
  }

  /** Show what is wrong, replacing any earlier message; '' when nothing is. @param {string} text */
  #say(text) {
    this.#alert.textContent = text;
  }

  /** Rebuild it once for all changes made together; moving the element changes nothing. */
  async #changed() {
    const change = ++this.#changes;
    await null;
    const [src, panels] = [this.getAttribute('src') ?? '', this.getAttribute('panels') ?? 'predict'];
    const wanted = this.isConnected ? JSON.stringify([src, panels]) : '';
    if (change !== this.#changes || wanted === this.#made) return;
    this.#made = wanted;
    this.#end.abort();
    this.#end = new AbortController();
    this.#mounted = undefined;
    this.#say(this.#unreadable); // and nothing about the previous model
    const place = document.createElement('div');
    this.#root.replaceChildren(this.#alert, place);
    if (wanted) await (this.#making = this.#make(place, src, panels.split(/[\s,]+/).filter(Boolean), this.#end.signal));
  }

  /** Computes the cases that the site carries: a report of how far this browser's answers are from Python's. Errors are sentences. */
  async prove() {
    await new Promise((resolve) => setTimeout(resolve)); // changes made together come first
    await this.#making;
    if (!this.#mounted) throw new Error(this.#alert.textContent || sentences(this.#language).src);
    return this.#mounted.prove();
  }

  /** @param {HTMLElement} place @param {string} src @param {string[]} panels @param {AbortSignal} signal */
  async #make(place, src, panels, signal) {
    const language = this.#language;
    const t = sentences(language);
    const showError = (/** @type {unknown} */ error) => signal.aborted || this.#say(words(error, src, t));
    const clearError = () => signal.aborted || this.#say(this.#unreadable);
    try {
      const { code, languages } = await deploy(src, t, signal);
      /** @type {Mounted} */
      const mounted = await code.mount(place, { panels, languages, wanted: [language], signal, showError, clearError });
      if (signal.aborted) return; // changed in the meantime
      this.#mounted = mounted;
      mounted.values = this.#values;
    } catch (error) {
      showError(error);
    }
  }
}

/** The site of an address, with a trailing slash; undefined when it is none. @param {string} src */
function siteOf(src) {
  const base = globalThis.document?.baseURI ?? location.href;
  const url = URL.canParse(src, base) ? new URL(src, base) : undefined;
  if (!src || !url || !/^https?:$/.test(url.protocol)) return undefined;
  url.search = url.hash = '';
  url.pathname = url.pathname.replace(/[^/]*\.html$/, '').replace(/\/?$/, '/');
  return url;
}

/**
 * The current deploy of a site: its code and its languages.
 * @param {string} src @param {typeof ENGLISH} t @param {AbortSignal} signal
 * @returns {Promise<{code: any, languages: string[]}>}
 */
async function deploy(src, t, signal) {
  const site = siteOf(src);
  if (!site) throw src ? fault('address', t.address(src)) : fault('src', t.src);
  let response;
  try {
    response = await fetch(new URL('model.json', site), { cache: 'no-cache', signal });
  } catch (error) {
    throw fault('unreached', t.unreached(site), error);
  }
  if (!response.ok) throw fault('missing', t.missing(site, response.status));
  const { app, languages } = (await response.json().catch(() => null)) ?? {};
  if (!/^app-\w+$/.test(app) || !Array.isArray(languages)) throw fault('odd', t.odd(site));
  return { code: await import(new URL(`${app}/app/embedded.js`, site).href), languages };
}

/** What a page of another site must allow. @param {URL} site */
function allowed({ origin }) {
  return `script-src ${origin} 'wasm-unsafe-eval'; worker-src blob: ${origin}; connect-src ${origin}; style-src ${origin}`;
}

/** An error with its code. @param {string} code @param {string} message @param {unknown} [cause] */
function fault(code, message, cause) {
  return Object.assign(new Error(message, { cause }), { code });
}

/** What went wrong and what to do, with what another site's page must allow, where that may help. @param {any} error @param {string} src @param {typeof ENGLISH} t */
function words(error, src, t) {
  const said = error?.message ?? String(error);
  const site = siteOf(src);
  return !site || site.origin === location.origin || WITHOUT_ADVICE.includes(error?.code) ? said : `${said} ${t.foreign(site)}`;
}

/** The beginning of a text that may be of any length. @param {string} text */
function cut(text) {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

if (globalThis.customElements && !customElements.get('ml-model')) customElements.define('ml-model', MlModel);
