import { expect, it } from 'vitest';
import { Fifo } from '../../src/runtime/fifo.js';

it('a line is first in, first out, however long it is', () => {
  const line = new Fifo<{ n: number }>();
  const taken: (number | undefined)[] = [];
  for (let n = 0; n < 100_000; n++) line.push({ n });
  for (let n = 100_000; n < 150_000; n++) {
    expect(line.first).toEqual({ n: n - 100_000 });
    taken.push(line.shift()?.n);
    line.push({ n });
    expect(line.length).toBe(100_000);
  }
  expect([...line].map(({ n }) => n)).toEqual(Array.from({ length: 100_000 }, (_, index) => index + 50_000));
  expect(line.clear()).toHaveLength(100_000);
  expect([line.length, line.first, line.shift(), [...line]]).toEqual([0, undefined, undefined, []]);
  expect(taken).toEqual([...Array(50_000).keys()]);
});
