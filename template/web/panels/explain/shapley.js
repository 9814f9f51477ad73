/**
 * @file Shapley values: how much each player of a game adds to what all of them reach together.
 *
 * A player's value is what it adds when it joins, averaged over all orders in which the players can join (L. S. Shapley, A value
 * for n-person games, 1953). Players are here fields that leave their typical value for the one of the form, one after the other
 * ("baseline Shapley" in M. Sundararajan and A. Najmi, The many Shapley values for model explanation, 2020). For few players
 * it is computed exactly, from every set of them. For many, some orders are drawn by chance, each together with its reverse, which
 * makes the estimate closer (R. Mitchell, J. Cooper, E. Frank and G. Holmes, Sampling permutations for Shapley value estimation,
 * 2022) and exact wherever no more than two players work on each other. Either way the shares add up to the whole difference.
 *
 * @typedef {object} Game
 * @property {boolean[][]} sets which of the players have joined; the first set has none of them, the last has all
 * @property {number} orders how many were drawn; 0 when it is exact
 * @property {(worth: number[]) => number[]} shares of each player, from what each of the sets is worth
 */

/** The same for every visitor and every run, so that equal values are explained equally. */
const SEED = 1953;

/** @param {number} players @param {number} most sets that may be asked for, about @returns {Game} */
export function shapley(players, most) {
  return 2 ** players <= most ? exact(players) : sampled(players, most);
}

/** A set is a number here, whose bits are the players. @param {number} players @returns {Game} */
function exact(players) {
  const everyone = Array.from({ length: players }, (_, player) => player);
  const sets = Array.from({ length: 2 ** players }, (_, bits) => everyone.map((player) => has(bits, player)));
  const sizes = sets.map((set) => set.filter(Boolean).length);
  /** How often a player joins just this many others, of all orders, for each set of so many. */
  const weights = [1 / players];
  for (let size = 1; size < players; size++) weights.push((weights[size - 1] * size) / (players - size));

  return {
    sets,
    orders: 0,
    shares: (worth) =>
      everyone.map((player) =>
        sets.reduce((sum, _, bits) => (has(bits, player) ? sum : sum + weights[sizes[bits]] * (worth[bits + 2 ** player] - worth[bits])), 0),
      ),
  };
}

/** @param {number} bits @param {number} player */
function has(bits, player) {
  return Boolean(bits & (1 << player));
}

/** @param {number} players @param {number} most @returns {Game} */
function sampled(players, most) {
  const between = players - 1; // sets of an order that are neither empty nor full
  const pairs = Math.max(1, Math.floor((most - 2) / (2 * between)));
  const random = generator();
  const orders = Array.from({ length: pairs }, () => shuffled(players, random)).flatMap((order) => [order, order.toReversed()]);
  const sets = [Array(players).fill(false)];
  for (const order of orders) {
    const set = [...sets[0]];
    for (const player of order.slice(0, between)) {
      set[player] = true;
      sets.push([...set]);
    }
  }
  sets.push(Array(players).fill(true));

  return {
    sets,
    orders: orders.length,
    shares(worth) {
      const shares = Array(players).fill(0);
      orders.forEach((order, index) => {
        const start = 1 + index * between;
        const reached = [worth[0], ...worth.slice(start, start + between), worth[worth.length - 1]];
        order.forEach((player, place) => { shares[player] += (reached[place + 1] - reached[place]) / orders.length; });
      });
      return shares;
    },
  };
}

/** The players in an order drawn by chance. @param {number} players @param {() => number} random */
function shuffled(players, random) {
  const order = Array.from({ length: players }, (_, player) => player);
  for (let last = players - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** Numbers from 0 to 1 that always come in the same order: a linear congruential generator, exact within 2^53. */
function generator() {
  let state = SEED;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
