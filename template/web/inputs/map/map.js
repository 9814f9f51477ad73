/**
 * @file Two numbers of the form as one point of a drawn plane. Their fields stay the only state: a move writes them, and whatever
 * else writes them moves the point.
 *
 * @typedef {import('../../codec/types.js').Form} Form
 * @typedef {import('../../runtime/types.js').Plan} Plan
 * @typedef {import('../../ui/types.js').Context} Context
 * @typedef {{name: string, element: HTMLElement, read: () => unknown, write: (value: unknown) => void}} Made a field of the form
 */

import { parsed } from '../../codec/scalars.js';
import { h } from '../../ui/dom.js';
import { formatValue } from '../../ui/format-value.js';
import { axis, snap } from './axis.js';
import { moves } from './moves.js';
import { makePlane, put } from './plane.js';

/**
 * Puts the map into the form, before the first of its two fields, which then stand beside it.
 * @param {HTMLElement} element the form, which fires `input` on every change
 * @param {Plan} plan @param {Form} form @param {Made[]} made @param {Context} context
 */
export function addMap(element, plan, form, made, context) {
  const { t } = context;
  const fields = form.inputs.flatMap((input) => input.fields);
  const pair = [plan.x, plan.y].map((name) => {
    const index = fields.findIndex((field) => field.name === name);
    return { ...axis(fields[index]), index, box: made[index] };
  });
  const [across, up] = pair;
  const plane = makePlane(plan, across, up, context);
  const hint = h('p', { class: 'hint', id: 'map-hint', hidden: true });
  const help = h('p', { class: 'help', id: 'map-help' }, t.map.help);
  const style = h('link', { rel: 'stylesheet', href: new URL('map.css', import.meta.url).href });
  const boxes = pair.toSorted((a, b) => a.index - b.index).map(({ box }) => box.element);
  const beside = h('div', { class: 'beside' });
  const map = h('div', { class: 'map' }, style, h('figure', {}, plane.element, help, hint), beside);
  boxes[0].before(map);
  beside.append(...boxes);

  const { sheet, point } = plane;
  sheet.setAttribute('aria-describedby', `${help.id} ${hint.id}`);
  sheet.setAttribute('aria-label', t.map.label(across.field.label, up.field.label));
  sheet.setAttribute('aria-roledescription', t.map.role);
  const values = () => pair.map(({ box }) => parsed(String(box.read() ?? '')));

  function follow() {
    const [x, y] = values();
    const isThere = !Number.isNaN(x) && !Number.isNaN(y);
    const isBeyond = isThere && pair.some(({ ends: [low, high] }, index) => [x, y][index] < low || [x, y][index] > high);
    point.hidden = !isThere;
    point.classList.toggle('beyond', isBeyond);
    if (isThere) put(point, across, x, up, y);
    hint.textContent = isBeyond ? t.map.beyond : '';
    hint.hidden = !isBeyond;
    const said = [across, up].map(({ field }, index) => t.map.value(field.label, formatValue(field, [x, y][index], context)));
    sheet.setAttribute('aria-valuenow', String(Number.isNaN(x) ? across.ends[0] : x));
    sheet.setAttribute('aria-valuetext', isThere ? t.map.at(said[0], said[1]) : t.map.none);
  }

  /**
   * Writes two values, or the nearest that the map offers; whether that has changed anything.
   * @param {(number | undefined)[]} wanted undefined for one that stays as it is
   */
  function move(wanted) {
    const before = values();
    const after = pair.map((each, index) => (wanted[index] === undefined ? before[index] : snap(each, wanted[index])));
    const moved = pair.filter((_, index) => after[index] !== before[index]);
    for (const each of moved) each.box.write(after[pair.indexOf(each)]);
    if (moved.length) sheet.dispatchEvent(new Event('input', { bubbles: true }));
    return moved.length > 0;
  }

  moves(plane, pair, values, move);
  element.addEventListener('input', follow);
  follow();
}
