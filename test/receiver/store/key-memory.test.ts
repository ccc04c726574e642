import { describe, expect, it } from 'vitest';
import { keyOf } from '../../../src/receiver/store/idempotency.js';
import { KeyMemory } from '../../../src/receiver/store/key-memory.js';
import { KeyTable } from '../../../src/receiver/store/key-table.js';

const HOUR = 3_600_000;

describe('a table of keys', () => {
  it('finds each of many, and none that is not in it', () => {
    const table = new KeyTable();
    const keys = Array.from({ length: 20_000 }, (_, n) => keyOf(`${n}`, n));
    for (const key of keys) table.add(key);
    expect(keys.every((key, n) => table.find(key) === n)).toBe(true);
    expect(keys.filter((_, n) => table.find(keyOf(`${n} is not there`, n)) !== undefined)).toEqual([]);
    expect(table.size).toBe(20_000);
  });

  it('finds those that have their place at its end', () => {
    const table = new KeyTable();
    const keys = Array.from({ length: 50 }, (_, n) => `ffffffff${n.toString(16).padStart(16, '0')}0000000a`);
    for (const key of keys) table.add(key);
    expect(keys.map((key) => table.find(key))).toEqual(keys.map(() => 10));
  });
});

describe('the memory of keys', () => {
  const newMemory = (mostKeys = 1000): { memory: KeyMemory; time: { now: number }; forgotten: number[] } => {
    const time = { now: 0 };
    const forgotten: number[] = [];
    return {
      memory: new KeyMemory(
        mostKeys,
        () => time.now,
        (count) => forgotten.push(count),
      ),
      time,
      forgotten,
    };
  };

  it('keeps them for a day', () => {
    const { memory, time, forgotten } = newMemory();
    memory.begin(1);
    memory.add([keyOf('old', 1)]);
    time.now = 2 * HOUR;
    expect(memory.isPartOver).toBe(true);
    memory.begin(2);
    memory.add([keyOf('new', 2)]);
    time.now = 23 * HOUR;
    expect([memory.forget(), memory.find(keyOf('old', 0))]).toEqual([[], 1]);
    time.now = 24 * HOUR;
    expect([memory.forget(), memory.find(keyOf('old', 0))]).toEqual([[1], undefined]);
    expect([memory.find(keyOf('new', 0)), memory.size, forgotten]).toEqual([2, 1, []]);
  });

  it('forgets the oldest when there are too many, and says so', () => {
    const { memory, time, forgotten } = newMemory(5);
    for (let part = 1; part <= 3; part++) {
      time.now = part * HOUR;
      memory.begin(part);
      memory.add(['a', 'b', 'c'].map((name) => keyOf(`${part}${name}`, part)));
    }
    expect([memory.forget(), forgotten, memory.size]).toEqual([[1, 2], [3, 3], 3]);
  });

  it('keeps no files without keys', () => {
    const { memory, time, forgotten } = newMemory();
    memory.begin(1);
    time.now = HOUR;
    expect(memory.forget()).toEqual([]);
    memory.begin(2);
    expect([memory.forget(), forgotten]).toEqual([[1], []]);
  });

  it('has the files of processes that ended soon in one table', () => {
    const { memory, time } = newMemory();
    for (const number of [1, 2, 3]) memory.begin(number);
    memory.add([keyOf('key', 1)]);
    time.now = HOUR;
    memory.begin(4);
    memory.add([keyOf('other key', 1)]);
    time.now = 25 * HOUR;
    expect(memory.forget()).toEqual([1, 2, 3]);
  });
});
