import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/queue/chunk.js';
import { MemoryQueue } from '../../src/queue/memory-queue.js';
import { type Outlet, Reader } from '../../src/queue/reader.js';
import { textsOf } from '../support/chunks.js';
import { FakeClock, turn } from '../support/fake-clock.js';

/** An outlet that has room for so many records. */
function setup(maxExportBatchSize = 512, scheduledDelayMillis = 1000, segmentBytes = 65_536) {
  const clock = new FakeClock();
  const queue = new MemoryQueue({ separator: '\n', isShared: false, keyPrefix: '', segmentBytes }, clock);
  const reader = new Reader(queue, { maxExportBatchSize, scheduledDelayMillis }, clock);
  const taken: number[][] = [];
  const room = { left: Number.POSITIVE_INFINITY };
  const outlet: Outlet = {
    get hasRoom() {
      return room.left > 0;
    },
    take(chunk: Chunk) {
      room.left -= chunk.length;
      taken.push(textsOf(chunk).map(Number));
    },
  };
  let next = 0;
  const append = (count: number): void => {
    for (let index = 0; index < count; index++) {
      queue.append(String(next++), 1000);
      reader.appended();
    }
  };
  return { clock, queue, reader, taken, room, outlet, append };
}

const upTo = (count: number): number[] => [...Array(count).keys()];

describe('a reader', () => {
  it('reads in batches, for as long as there is room', async () => {
    const { reader, taken, room, outlet, append } = setup(100);
    reader.direct(outlet);
    room.left = 1;
    append(1000);
    expect(taken).toEqual([]); // log() has nothing to do with it
    await turn();
    for (let batches = 1; batches < 10; batches++) {
      expect(taken).toHaveLength(batches);
      room.left = 1;
      reader.readSome();
    }
    expect(taken.map(({ length }) => length)).toEqual(Array(10).fill(100));
    expect(taken.flat()).toEqual(upTo(1000));
  });

  it('reads no more in a turn than that takes about a millisecond', async () => {
    const { reader, taken, outlet, append } = setup(100);
    reader.direct(outlet);
    append(5000);
    const seen: number[] = [];
    while (taken.flat().length < 5000) {
      await turn();
      seen.push(taken.flat().length);
    }
    expect(seen).toEqual([1100, 2200, 3300, 4400, 5000]);
    expect(taken.flat()).toEqual(upTo(5000));
  });

  it('goes round the loop, and not deeper, where room comes at once', async () => {
    const { reader, taken, outlet, append } = setup(1);
    let deepest = 0;
    let depth = 0;
    reader.direct({
      hasRoom: true,
      take(chunk) {
        deepest = Math.max(deepest, ++depth);
        outlet.take(chunk);
        reader.readSome(); // as an endpoint would have it that answers at once
        depth--;
      },
    });
    append(1000);
    while (taken.length < 1000) await turn();
    expect(deepest).toBe(1);
  });

  it('reads what was appended while there was no outlet', async () => {
    const { clock, reader, taken, outlet, append } = setup(10);
    append(25);
    await clock.advance(2000);
    reader.direct(outlet);
    append(1);
    expect(taken).toEqual([]);
    await turn();
    expect(taken.flat()).toEqual(upTo(26)); // also the last six, as nothing was read before
  });

  it('reads what comes after a pause at the end of its turn, and what follows it after the delay', async () => {
    const { clock, reader, taken, outlet, append } = setup(10);
    reader.direct(outlet);
    for (const start of [0, 3]) {
      append(1);
      await turn();
      expect(taken.flat()).toEqual(upTo(start + 1));
      append(1);
      await clock.advance(500);
      append(1);
      await clock.advance(499);
      expect(taken.flat()).toEqual(upTo(start + 1));
      await clock.advance(1);
      expect(taken.flat()).toEqual(upTo(start + 3));
      expect(clock.nextAt).toBeUndefined();
      await clock.advance(1000);
    }
    expect(taken).toEqual([[0], [1, 2], [3], [4, 5]]);
  });

  it('reads all that has come after a pause, also what does not fill the last batch', async () => {
    const { reader, taken, outlet, append } = setup(10);
    reader.direct(outlet);
    append(25);
    await turn();
    expect(taken.map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('counts the delay from the last read, of a full batch too', async () => {
    const { clock, reader, taken, outlet, append } = setup(10);
    reader.direct(outlet);
    append(1);
    await clock.advance(900);
    append(15);
    await clock.advance(999);
    expect(taken.flat()).toEqual(upTo(11));
    await clock.advance(1);
    expect(taken.flat()).toEqual(upTo(16));
    expect(clock.nextAt).toBeUndefined();
  });

  it('reads one batch a delay, and the first one at once, where none is full', async () => {
    const { clock, reader, taken, outlet, append } = setup(100, 1000);
    reader.direct(outlet);
    for (let millis = 0; millis < 10_000; millis += 50) {
      append(1);
      await clock.advance(50);
    }
    expect(taken.flat()).toEqual(upTo(200));
    expect(taken.map(({ length }) => length)).toEqual([1, 19, ...Array(9).fill(20)]);
  });

  it('counts a flush as a read', async () => {
    const { clock, reader, taken, outlet, append } = setup();
    reader.direct(outlet);
    append(1);
    await clock.advance(600);
    append(1);
    reader.readAll();
    append(1);
    await clock.advance(999);
    expect(taken).toEqual([[0], [1]]);
    await clock.advance(1);
    expect(taken).toEqual([[0], [1], [2]]);
  });

  it('reads what has waited for room for the delay as soon as there is some', async () => {
    const { clock, reader, taken, room, outlet, append } = setup(10);
    reader.direct(outlet);
    append(1);
    await turn();
    room.left = 0;
    append(25);
    await clock.advance(1000);
    expect(clock.nextAt).toBeUndefined(); // it is called when there is room
    room.left = 100;
    reader.readSome();
    expect(taken.map(({ length }) => length)).toEqual([1, 10, 10, 5]);
  });

  it('reads at once after a stall what has waited for its batch', async () => {
    const { clock, reader, taken, outlet, append } = setup();
    reader.direct(outlet);
    append(1);
    await turn();
    append(1);
    await turn();
    await clock.stall(60_000);
    expect(taken).toEqual([[0], [1]]);
  });

  it('reads a full batch without a delay, in however many pieces it lies in the queue', async () => {
    const { clock, reader, taken, outlet, append } = setup(10, 1000, 8);
    reader.direct(outlet);
    append(1);
    await turn();
    append(10);
    await turn();
    expect(taken.length).toBeGreaterThan(3);
    expect(taken.flat()).toEqual(upTo(11));
    append(1);
    await turn();
    expect(taken.flat()).toEqual(upTo(11));
    await clock.advance(1000);
    expect(taken.flat()).toEqual(upTo(12));
  });

  it('waits for no batch to fill without a delay', async () => {
    const { clock, reader, taken, outlet, append } = setup(10, 0);
    reader.direct(outlet);
    append(3);
    expect(taken).toEqual([]);
    await turn();
    expect(taken).toEqual([[0, 1, 2]]);
    expect(clock.nextAt).toBeUndefined();
  });

  it('reads all that is there when it is to, also when there is room for it only later, and then waits again', async () => {
    const { clock, reader, taken, room, outlet, append } = setup(10);
    reader.direct(outlet);
    room.left = 0;
    append(15);
    reader.readAll();
    append(2); // beside them, it needs no batch of its own
    expect(taken).toEqual([]);
    room.left = 100;
    reader.readSome();
    expect(taken.flat()).toEqual(upTo(17));
    append(3);
    await turn();
    expect(taken.flat()).toEqual(upTo(17));
    await clock.advance(1000);
    expect(taken.flat()).toEqual(upTo(20));
  });

  it('reads all at the end of the process, also in the middle of reading, where a callback has ended it', () => {
    const { reader, taken, outlet, append } = setup(10);
    const ending: Outlet = {
      hasRoom: true,
      take(chunk) {
        outlet.take(chunk);
        if (taken.length > 1) return;
        append(3);
        reader.readAll();
        expect(taken).toHaveLength(1);
        reader.readAllNow(); // no process.exit() comes back; what it calls is called here
        expect(taken.flat()).toEqual(upTo(8));
      },
    };
    append(5);
    reader.direct(ending);
    reader.readAll();
    expect(taken.flat()).toEqual(upTo(8));
  });

  it('is not stuck when an outlet throws', () => {
    const { reader, taken, outlet, append } = setup(10);
    append(1);
    reader.direct({ hasRoom: true, take: () => JSON.parse('{') });
    expect(() => reader.readAll()).toThrow(SyntaxError);
    append(1);
    reader.direct(outlet);
    reader.readAll();
    expect(taken).toEqual([[1]]);
  });
});
