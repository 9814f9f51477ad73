/**
 * @file This browser and its system, by their names.
 *
 * @typedef {import('../strings/index.js').Strings} Strings
 */

/**
 * Browsers by what their user agent text says, the telling ones first: nearly all of them claim to be Safari.
 * @type {[string, RegExp][]}
 */
const BROWSERS = [
  ['Edge', /Edg(?:A|iOS)?\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chromium', /(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+(?:\.\d+)?).* Safari\//],
];
/** @type {[string, RegExp][]} */
const SYSTEMS = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
];

/** Such as "Firefox 140 on Linux". @param {{t: Strings}} context @param {any} [from] the browser's navigator */
export function engine({ t }, from = navigator) {
  return t.benchmark.engine(browserOf(from) || t.benchmark.unknown, systemOf(from));
}

/** Such as "Firefox 140"; '' for one that is not known. @param {any} [from] the browser's navigator */
export function browserOf(from = navigator) {
  return fromHints(from) ?? read(from.userAgent);
}

/** Such as "Linux"; '' for one that is not known. @param {any} [from] the browser's navigator */
export function systemOf(from = navigator) {
  return from.userAgentData?.platform || system(from);
}

/** What the browser tells of itself: its own name rather than that of its engine. @param {any} from */
function fromHints({ userAgentData }) {
  const brands = (userAgentData?.brands ?? []).filter((/** @type {{brand: string}} */ { brand }) => !/not.*brand/i.test(brand));
  const own = brands.find((/** @type {{brand: string}} */ { brand }) => brand !== 'Chromium') ?? brands[0];
  return own && `${own.brand} ${own.version}`;
}

/** @param {string} agent */
function read(agent) {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(agent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return '';
}

/** An iPad says that it is a Mac, but Macs have no touch screen. @param {any} from */
function system({ userAgent, maxTouchPoints }) {
  const name = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? '';
  return name === 'macOS' && maxTouchPoints > 1 ? 'iPad' : name;
}
