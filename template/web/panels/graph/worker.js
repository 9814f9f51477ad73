/**
 * @file Places boxes in layers, so that lines lead down and seldom cross. In a worker of one file: a large graph takes seconds.
 *
 * In:  {library: address of the dagre module, sizes, lines}, as they are described at `place`
 * Out: a Placed, or {failed: why}
 *
 * @typedef {[number, number]} Line indices of the boxes that it leads from and to
 * @typedef {{x: number, y: number, width: number, height: number}} Place a rectangle; x and y are of its centre
 * @typedef {{x: number, y: number}} Point
 * @typedef {{ends: Line, points: Point[], loose: boolean}} Path loose: straight, through whatever is in its way
 * @typedef {{width: number, height: number, boxes: Place[], paths: Path[]}} Placed
 */

const page = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const LAYERS = 1500; // that the lines may cross together: the time grows with the square of it

page.onmessage = async ({ data: { library, sizes, lines } }) => {
  try {
    page.postMessage(place(await import(library), sizes, lines));
  } catch (error) {
    page.postMessage({ failed: String(error) });
  }
};

/**
 * @param {any} dagre the library's module @param {{width: number, height: number}[]} sizes of the boxes
 * @param {Line[]} lines sorted by where they lead to, which comes behind where they are from
 * @returns {Placed}
 */
export function place({ Graph, layout }, sizes, lines) {
  const graph = new Graph().setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 40, marginx: 16, marginy: 16 });
  sizes.forEach((size, index) => graph.setNode(String(index), { ...size }));
  const { kept, loose } = sift(lines, sizes.length);
  for (const [from, to] of kept) graph.setEdge(String(from), String(to), {});
  layout(graph);

  const boxes = sizes.map((size, index) => {
    const { x, y } = graph.node(String(index));
    return { ...size, x, y };
  });
  const laid = kept.map((ends) => ({ ends, points: graph.edge(...ends.map(String)).points, loose: false }));
  const straight = loose.map((ends) => ({ ends, points: [edge(boxes[ends[0]], 1), edge(boxes[ends[1]], -1)], loose: true }));
  const { width, height } = graph.graph();
  return { width, height, boxes, paths: [...straight, ...laid] };
}

/**
 * The lines that are laid around the boxes, and those that are not, because a line over many layers costs most and tells
 * least. A box keeps its layer, since the line that puts it there comes from the layer above.
 * @param {Line[]} lines @param {number} count of boxes
 */
function sift(lines, count) {
  const layers = Array(count).fill(0);
  for (const [from, to] of lines) layers[to] = Math.max(layers[to], layers[from] + 1);
  const span = (/** @type {Line} */ [from, to]) => layers[to] - layers[from];
  let left = LAYERS;
  /** @type {Line[]} */
  const kept = [];
  /** @type {Line[]} */
  const loose = [];
  for (const line of [...lines].sort((a, b) => span(a) - span(b))) {
    left -= span(line);
    (left >= 0 || span(line) === 1 ? kept : loose).push(line);
  }
  return { kept, loose };
}

/** The middle of a box's upper (-1) or lower (1) edge. @param {Place} box @param {-1 | 1} side */
function edge({ x, y, height }, side) {
  return { x, y: y + (side * height) / 2 };
}
