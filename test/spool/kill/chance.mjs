/** Chance from a seed: the same for the same one. */

/** @template T @param {() => number} chance @param {readonly T[]} all @returns {T} */
export const pick = (chance, all) => /** @type {T} */ (all[Math.floor(chance() * all.length)]);

/** Mulberry32: the same for the same seed. @param {number} seed */
export function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
