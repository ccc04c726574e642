import { expect, it } from 'vitest';
import { flattenWithin } from '../../src/record/flatten.js';

// In a file of its own: code that the engine has optimized takes so little stack that there is hardly a place between too little for
// anything and enough for all.
it('a record that a full stack leaves unread is none: its stand-in would count as delivered', () => {
  const data = new Map([[{ k: 1 }, 1]]);
  const results = new Set<unknown>();
  const FRAMES = 800;
  let tried = 0;
  /** Fills the stack, then flattens from each of the last frames on the way back: with ever more room. */
  const dive = (): void => {
    try {
      dive();
    } catch {}
    if (++tried > FRAMES) return;
    try {
      results.add(JSON.stringify(flattenWithin(data, 1000)));
    } catch {} // the very last frames, where no function can be called
  };
  dive();
  expect([...results]).toContain('"internal"');
  expect([...results].filter((result) => String(result).includes('"body"'))).toEqual([]);
});
