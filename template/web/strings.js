/**
 * @file The sentences of the page, in its language.
 */

import { en } from './strings/en.js';

/** The table of the page's language. */
export const t = en;
