/**
 * What the tests ask of the page as it is shown now, one sentence for each finding; shadow roots are looked into.
 */
(() => {
  /** Every element of the page, those in shadow roots too. */
  function* all(root = document) {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  }

  /** An element in few words. */
  function words(element) {
    const classes = [...element.classList].map((name) => `.${name}`).join('');
    const named = element.getAttribute('aria-label') || element.name || element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40);
    return `<${element.localName}${classes}> “${named}”`;
  }

  const parent = (element) => element.parentElement ?? element.getRootNode().host;
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  /** Whether something is true of an element or of one around it; as that is asked of all elements, each is looked at once. */
  function within(is) {
    const known = new Map([[undefined, false]]);
    return function asked(element) {
      if (!known.has(element)) known.set(element, is(element) || asked(parent(element)));
      return known.get(element);
    };
  }

  /** Whether an element cuts off or scrolls what is too wide for it. */
  const clips = (element) => !element.matches('html, body') && getComputedStyle(element).overflowX !== 'visible';
  /** Whether an element is there to be heard alone. */
  const clippedAway = (element) => getComputedStyle(element).clipPath !== 'none';

  /** Laid over something, or hung into a margin on purpose. */
  function floating(element) {
    const { position, marginRight } = getComputedStyle(element);
    return position === 'absolute' || parseFloat(marginRight) < 0;
  }

  /** Whether only what floats is too wide for an element. */
  function onlyFloating(element) {
    const { right } = element.getBoundingClientRect();
    const wide = [...element.querySelectorAll('*')].filter((inner) => inner.getBoundingClientRect().right > right + 4);
    const over = (inner) => inner !== element && (floating(inner) || over(parent(inner)));
    return wide.length > 0 && wide.every(over);
  }

  /** What is wider than the page, or than the box it is in. */
  function overflow() {
    const { clientWidth, scrollWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`the page scrolls sideways: ${scrollWidth} of ${clientWidth}`] : [];
    const clipped = within(clips);
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('svg') !== null && element.localName !== 'svg') continue;
      if (!visible(element) || clipped(parent(element))) continue;
      const { left, right, width } = element.getBoundingClientRect();
      if (width && (right > clientWidth + 1 || left < -1)) found.push(`${words(element)} sticks out: ${Math.round(left)} to ${Math.round(right)} of ${clientWidth}`);
    }
    for (const element of all()) {
      if (!visible(element) || element.closest('svg')) continue;
      const { overflowX, display } = getComputedStyle(element);
      const over = element.scrollWidth - element.clientWidth;
      if (over > 4 && element.clientWidth && overflowX === 'visible' && display !== 'inline' && !floating(element) && !element.matches('html, body')) {
        if (onlyFloating(element)) continue;
        found.push(`${words(element)} is ${over} px wider than its box`);
      }
    }
    return found;
  }

  /** Every text that is seen, with the element that it stands in. */
  function* texts(unseen) {
    for (const element of all()) {
      if (element.matches('script, style, noscript, option, textarea') || !visible(element) || unseen(element)) continue;
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE && node.data.trim()) yield [element, node];
    }
  }

  /** How many letters the longest line of a paragraph has, about. */
  function lineLength(paragraph) {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const lines = new Map(); // by its lower edge: what is small stands on the same
    for (const { left, right, bottom } of range.getClientRects()) {
      const key = Math.round(bottom / 8);
      const [from, to] = lines.get(key) ?? [Infinity, -Infinity];
      lines.set(key, [Math.min(from, left), Math.max(to, right)]);
    }
    const lengths = [...lines.values()].map(([from, to]) => to - from);
    return (paragraph.textContent.trim().length * Math.max(...lengths)) / lengths.reduce((sum, length) => sum + length, 0);
  }

  const SMALLEST = 11; // px
  const LONGEST = 90; // letters

  /** What can't be read well: small letters, texts that are cut off without a sign of it, long lines. A drawing that one enlarges may be small. */
  function hard() {
    const found = [], unseen = within(clippedAway);
    for (const [element, node] of texts(unseen)) {
      const size = parseFloat(getComputedStyle(element).fontSize) * (element.getScreenCTM?.().a ?? 1);
      if (size < SMALLEST && !element.closest('.graph svg')) found.push(`${words(element)} has letters of ${size.toFixed(1)} px: ${node.data.trim().slice(0, 20)}`);
    }
    for (const element of all()) {
      if (!visible(element) || unseen(element) || element.closest('svg')) continue;
      const { overflowX, textOverflow, webkitLineClamp, display, textAlign } = getComputedStyle(element);
      const isCut = /hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1 && display !== 'inline';
      if (isCut && element.textContent.trim() && textOverflow !== 'ellipsis' && webkitLineClamp === 'none') found.push(`${words(element)} is cut off`);
      const isClamped = webkitLineClamp !== 'none' && element.scrollHeight > element.clientHeight + 1;
      if (isClamped && !/start|left/.test(textAlign)) found.push(`${words(element)} is cut off, and its ellipsis lies outside`);
      if (element.matches('p, li, dd') && !element.querySelector('p, li, table, pre') && !element.closest('table, pre')) {
        const length = Math.round(lineLength(element));
        if (length > LONGEST) found.push(`${words(element)} has lines of ${length} letters`);
      }
    }
    return found;
  }

  /** What moves now; a document does not name what moves in its shadow roots. */
  function animations() {
    const roots = [document, ...[...all()].flatMap(({ shadowRoot }) => shadowRoot ?? [])];
    return roots.flatMap((root) => root.getAnimations());
  }

  /** Ends when all has its own colours: what was computed is pale for a moment after it is there. */
  async function faded() {
    const fading = animations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
  }

  /** What does not fit or can't be read well, as soon as the page has taken the size that it was given and all has its own colours. */
  async function shape() {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    await faded();
    return [...overflow(), ...hard()];
  }

  /** What moves although a person asked for less motion. */
  const motion = () => animations().map(({ effect }) => `${words(effect.target)} is animated`);

  /** What breaks a rule of axe-core: WCAG 2.2 AA and good practice. */
  async function rules(only) {
    const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } }, ...(only && { runOnly: only }) };
    const { violations } = await window.axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary, html }) =>
      `${id}: ${target.flat().join(' ')} ${failureSummary.split('\n').slice(1).join(';')} ${html.slice(0, 160)}`));
  }

  const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element === document.body || element === document.documentElement ? null : element;
  };

  /** What can be operated, in the order of the document; one radio button of a group stands for all. */
  function operable() {
    const groups = new Set();
    const native = 'a[href], button, input, select, textarea, summary, iframe, audio[controls], video[controls]';
    return [...all()].filter((element) => {
      if (!element.matches(native) && !element.matches('[tabindex="0"], [contenteditable]')) return false;
      if (element.disabled || element.matches('[tabindex="-1"]') || element.closest('[inert]') || !element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== 'radio') return true;
      const group = [...element.getRootNode().querySelectorAll('input[type=radio]')].filter((other) => other.name === element.name && other.form === element.form);
      if (group.some((other) => other.checked) && !element.checked) return false;
      if (groups.has(group[0])) return false;
      groups.add(group[0]);
      return true;
    });
  }

  const LOOK = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'backgroundColor', 'stroke', 'strokeWidth', 'textDecorationLine'];
  /** How an element, what is beside it and what is around it look: the focus may be shown on any of them. */
  function look(element) {
    const around = [element, element.nextElementSibling, parent(element), ...element.children].filter(Boolean);
    return JSON.stringify(around.flatMap((each) => LOOK.map((key) => getComputedStyle(each)[key])));
  }

  /** Whether a person sees some of an element: it is on the screen, and not under something else. */
  function uncovered(element) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const label = element.closest('label');
    const [x, y] = [[Math.max(left, 0), Math.min(right, innerWidth)], [Math.max(top, 0), Math.min(bottom, innerHeight)]];
    for (const across of [0.5, 0.1, 0.9]) {
      for (const down of [0.5, 0.1, 0.9]) {
        const root = element.getRootNode();
        const hit = root.elementFromPoint(x[0] + (x[1] - x[0]) * across, y[0] + (y[1] - y[0]) * down);
        if (hit && (element.contains(hit) || hit.contains(element) && hit !== document.body && hit !== document.documentElement || label?.contains(hit))) return true;
      }
    }
    return false;
  }

  window.looked = { shape, hard, motion, rules, all, words, focused, operable, look, uncovered };
})();
