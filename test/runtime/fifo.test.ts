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

it('a line gives its last one, too', () => {
  const line = new Fifo<{ n: number }>();
  for (let n = 0; n < 4; n++) line.push({ n });
  expect([line.shift(), line.pop(), line.shift(), line.pop(), line.pop()]).toEqual([
    { n: 0 },
    { n: 3 },
    { n: 1 },
    { n: 2 },
    undefined,
  ]);
  line.push({ n: 4 });
  expect([line.length, line.first, line.last]).toEqual([1, { n: 4 }, { n: 4 }]);
});
