/**
 * @file Addresses of scripts on a page that asks for Trusted Types, as ours do and a host page may: there a plain text starts no worker and
 * loads no script. This is the one policy that lets an address through, if it is of this site.
 */

import { UserFacingError } from '../codec/user-facing-error.js';
import { isSingleFile, siteUrl } from './address.js';

/** The name of the policy, which a page's `trusted-types` must allow. */
const NAME = 'mlweb';

/** What the browser made of our policy. @type {{createScriptURL: (url: string) => any} | undefined} */
let policy;
let isRefused = false;

/**
 * Uses an address to start a script; throws UserFacingError where the page's policy forbids that.
 * @template T
 * @param {string} url @param {(trusted: any) => T} use takes the address as the page wants it
 */
export function withScriptUrl(url, use) {
  try {
    return use(trusted(url));
  } catch (error) {
    if (isRefused) throw new UserFacingError('trusted-types', (t) => t.trouble.trustedTypes, error);
    throw new UserFacingError('policy', (t) => t.trouble.policy, error);
  }
}

/** @param {string} url */
function trusted(url) {
  const factory = /** @type {any} */ (globalThis).trustedTypes; // browsers have it only since 2026
  try {
    policy ??= factory?.createPolicy(NAME, { createScriptURL: ours });
  } catch {
    isRefused = true; // which matters only where plain texts are refused too
  }
  return policy?.createScriptURL(url) ?? url;
}

/** @param {string} url */
function ours(url) {
  if (url.startsWith('blob:') || (isSingleFile() ? url.startsWith('data:') : url.startsWith(siteUrl()))) return url;
  throw new TypeError(`${url} is no script of this site`);
}
