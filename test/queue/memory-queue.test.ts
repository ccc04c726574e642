import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chunk } from '../../src/queue/chunk.js';
import { MemoryQueue } from '../../src/queue/memory-queue.js';
import { Segment } from '../../src/queue/segment.js';
import { Copied } from '../../src/record/copied.js';
import { KEY, textsOf } from '../support/chunks.js';
import { FakeClock } from '../support/fake-clock.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

function setup(segmentBytes?: number) {
  const clock = new FakeClock();
  const settings = {
    separator: '\n',
    isShared: false,
    keyPrefix: KEY.prefix,
    ...(segmentBytes && { segmentBytes }),
  } as const;
  const queue = new MemoryQueue(settings, clock);
  const append = (...records: string[]): number[] => records.map((record) => queue.append(record, 1e9));
  const read = (most = 1e9): Chunk => queue.read(most) as Chunk;
  return { queue, clock, append, read };
}

/** How many bytes of memory hang on a chunk. */
const memoryOf = (chunk: Chunk): number => chunk.slice(0, 1).buffer.byteLength;

describe('a queue in memory', () => {
  it('gives records back in order, as they are, and says how many bytes they have', () => {
    const { append, read, queue } = setup();
    expect(append('{"a":1}', '{"a":"é✓😀"}', '{}')).toEqual([7, 17, 2]);
    expect([queue.unread, queue.unsettled, queue.unsettledBytes]).toEqual([3, 3, 26]);
    expect(textsOf(read(2))).toEqual(['{"a":1}', '{"a":"é✓😀"}']);
    expect(textsOf(read())).toEqual(['{}']);
    expect(queue.read(1)).toBeUndefined();
    expect([queue.unread, queue.unsettled]).toEqual([0, 3]);
  });

  it.each([
    ['within its memory', 64 * 1024],
    ['in new memory', 8],
  ])('takes no record that has more bytes than it may: %s', (_, segmentBytes) => {
    const { queue } = setup(segmentBytes);
    expect(queue.append('"éé"', 5)).toBe(-1);
    expect(queue.append('"éé"', 6)).toBe(6);
    expect(queue.append('"éé"', 5)).toBe(-1);
    expect([queue.unread, queue.unsettledBytes]).toEqual([1, 6]);
    expect(textsOf(queue.read(5) as Chunk)).toEqual(['"éé"']);
  });

  it('writes the text of a copied record behind the others, where there is room', () => {
    const { queue, append, read } = setup(22);
    const copy = new Copied({ a: [1, 'é'] });
    expect(queue.append(copy, 1e9)).toBe(-1); // in new memory, only a text begins
    append('{}');
    expect(queue.append(copy, 17)).toBe(-1);
    expect(queue.append(copy, 18)).toBe(18);
    expect(queue.append(new Copied({}), 1e9)).toBe(-1);
    expect([queue.unread, queue.unsettledBytes]).toEqual([2, 20]);
    expect(textsOf(read())).toEqual(['{}', '{"a":"[1,\\"é\\"]"}']);
  });

  it('has room for any one record, beside others in other memory', () => {
    const { append, read } = setup(100);
    const long = 'é'.repeat(5000);
    append('a', long, 'b', 'c');
    const chunks = [read(), read(), read()];
    expect(chunks.map(textsOf)).toEqual([['a'], [long], ['b', 'c']]);
    expect(chunks.map((chunk) => chunk.positionOf(0))).toEqual([0, 1, 2]);
  });

  it('says since when the last of some records has waited', async () => {
    const { append, read, clock } = setup();
    append('a');
    await clock.advance(10);
    append('b');
    await clock.advance(10);
    expect(read(1).since).toBe(0);
    append('c');
    expect(read().since).toBe(20);
  });

  it('settles each record once, however often it is told', () => {
    const { append, read, queue } = setup();
    append('aa', 'bbb', 'c');
    const chunk = read();
    expect(queue.settle(chunk, 1, 2, false)).toBe(1);
    expect(queue.settle(chunk, 0, 3, false)).toBe(2);
    expect(queue.settle(chunk, -5, 9, false)).toBe(0);
    expect([queue.unsettled, queue.unsettledBytes]).toEqual([0, 0]);
  });

  it('reads again what is not settled, and nothing else', () => {
    const { append, read, queue } = setup(8);
    append('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const [first, second] = [read(), read(2)];
    queue.settle(first, 1, 2, false);
    queue.settle(second, 0, 2, false);
    queue.rewind();
    expect(queue.unread).toBe(4);
    expect([read(), read(), read()].map(textsOf)).toEqual([['a'], ['c', 'd'], ['g']]);
    expect(queue.unread).toBe(0);
  });

  it('lets go of the memory of what is settled, but for what lies beside little that waits', () => {
    const { append, read, queue } = setup();
    const record = 'x'.repeat(1000);
    append(...Array(200).fill(record));
    const chunk = read();
    expect(chunk.length).toBe(65);
    expect(memoryOf(chunk)).toBe(64 * 1024);
    queue.settle(chunk, 0, 30, false);
    expect(memoryOf(chunk)).toBe(64 * 1024);
    queue.settle(chunk, 31, 65, false);
    expect(chunk.slice(30, 31).toString()).toBe(record);
    expect(chunk.slice(30, 31).buffer.byteLength).toBe(1001);
    queue.settle(chunk, 30, 31, false);
    expect(chunk.slice(0, 65)).toHaveLength(0);
  });

  it('keeps what waits of a chunk that came from another thread, each record whole', () => {
    const { append, read } = setup();
    const records = Array.from({ length: 60 }, (_, index) => `${index}:${'é'.repeat(400)}`);
    append(...records);
    const sent = read();
    const segment = Segment.of({ ...KEY, first: 7 }, sent.slice(0, sent.length), sent.ends, 5);
    const chunk = new Chunk(segment, 0, segment.length);
    expect([textsOf(chunk), chunk.keyPositionOf(3), chunk.since]).toEqual([records, 10, 5]);
    for (let index = 0; index < 57; index++) if (index !== 20) chunk.settle(index);
    segment.shrink();
    expect(memoryOf(new Chunk(segment, 20, 21))).toBeLessThan(4000);
    for (const index of [20, 57, 58, 59])
      expect(chunk.slice(index, index + 1).toString()).toBe(records[index]);
    expect(chunk.slice(57, 60).toString()).toBe(records.slice(57).join('\n'));
  });

  describe('with marks', () => {
    /** What a promise has settled with, if it has. */
    const outcomeOf = async (promise: Promise<unknown>): Promise<unknown> =>
      Promise.race([promise, new Promise<string>((resolve) => setImmediate(resolve, 'pending'))]);

    it('says when all that was appended before is settled, whatever comes later', async () => {
      const { append, read, queue } = setup();
      append('a', 'b', 'c');
      queue.settle(read(1), 0, 1, true);
      const { allSettled } = queue.mark();
      append('d');
      const rest = read();
      queue.settle(rest, 0, 1, false);
      queue.settle(rest, 2, 3, false);
      expect(await outcomeOf(allSettled)).toBe('pending');
      queue.settle(rest, 1, 2, true);
      expect(await outcomeOf(allSettled)).toBeUndefined();
    });

    it('says how many were lost since the mark before, also of those that were settled before the mark', async () => {
      const { append, read, queue } = setup();
      append('a');
      queue.mark();
      append('b', 'c');
      const chunk = read();
      queue.settle(chunk, 0, 2, true);
      append('d');
      const { settled, allSettled } = queue.mark();
      append('e');
      queue.settle(read(), 0, 2, true);
      expect(await outcomeOf(settled)).toBe('pending');
      queue.settle(chunk, 2, 3, false);
      expect([await outcomeOf(settled), await outcomeOf(allSettled)]).toEqual([2, undefined]);
    });

    it('says so of a stretch when that is settled, and of all only when those before it are', async () => {
      const { append, read, queue } = setup();
      append('a');
      const first = queue.mark();
      append('b');
      const second = queue.mark();
      const third = queue.mark(); // at the same place
      expect(third.allSettled).toBe(second.allSettled);
      const chunk = read();
      queue.settle(chunk, 1, 2, true);
      expect([await outcomeOf(second.settled), await outcomeOf(third.settled)]).toEqual([1, 0]);
      for (const { allSettled } of [first, second, third])
        expect(await outcomeOf(allSettled)).toBe('pending');
      queue.settle(chunk, 0, 1, false);
      for (const { allSettled } of [first, second, third])
        expect(await outcomeOf(allSettled)).toBeUndefined();
    });

    it('says so at once when there is nothing', async () => {
      const { queue } = setup();
      const { settled, allSettled } = queue.mark();
      expect([await outcomeOf(settled), await outcomeOf(allSettled)]).toEqual([0, undefined]);
    });

    it('says what a list says, wherever the marks are and in whatever order records are settled', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(4), fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 4 })), {
            maxLength: 12,
          }),
          async (rounds) => {
            const { append, queue } = setup(16);
            const lost: boolean[] = [];
            const isSettled: boolean[] = [];
            const marks: { from: number; to: number; told?: number; all?: boolean }[] = [];
            const chunks: Chunk[] = [];
            for (const [count, settles] of rounds) {
              for (let index = 0; index < count; index++) append('x');
              for (let chunk = queue.read(1); chunk; chunk = queue.read(1)) chunks.push(chunk);
              for (const [at, isLost] of settles) {
                const chunk = chunks[at % Math.max(1, chunks.length)];
                if (chunk === undefined || queue.settle(chunk, 0, 1, isLost) === 0) continue;
                isSettled[at % chunks.length] = true;
                lost[at % chunks.length] = isLost;
              }
              const mark = { from: marks.at(-1)?.to ?? 0, to: chunks.length } as (typeof marks)[number];
              const { settled, allSettled } = queue.mark();
              void settled.then((told) => {
                mark.told = told;
              });
              void allSettled.then(() => {
                mark.all = true;
              });
              marks.push(mark);
              await new Promise((resolve) => setImmediate(resolve));
              for (const { from, to, told, all } of marks) {
                const own = chunks.slice(from, to).map((_, index) => from + index);
                const isOver = own.every((index) => isSettled[index]);
                expect(told).toBe(isOver ? own.filter((index) => lost[index]).length : undefined);
                const before = chunks.slice(0, to).map((_, index) => index);
                expect(all).toBe(before.every((index) => isSettled[index]) ? true : undefined);
              }
            }
          },
        ),
        { numRuns: Math.min(numRuns, 500) },
      );
    });
  });

  it('does what a list does', () => {
    type Step = {
      readonly do: 'append' | 'read' | 'settle' | 'rewind';
      readonly n: number;
      readonly m: number;
    };
    const step: fc.Arbitrary<Step> = fc.record({
      do: fc.constantFrom('append', 'append', 'append', 'read', 'read', 'settle', 'settle', 'rewind'),
      n: fc.nat(40),
      m: fc.nat(40),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom(1, 16, 64, 300),
        (steps, segmentBytes) => {
          const { queue } = setup(segmentBytes);
          const model = { texts: [] as string[], settled: new Set<number>(), next: 0 };
          let chunks: Chunk[] = [];
          for (const { do: what, n, m } of steps) {
            if (what === 'append') {
              const text = `${model.texts.length}:${'é'.repeat(n)}`;
              model.texts.push(text);
              expect(queue.append(text, 1e9)).toBe(Buffer.byteLength(text));
            } else if (what === 'read') {
              const chunk = queue.read(n + 1);
              while (model.settled.has(model.next)) model.next++;
              if (chunk === undefined) {
                expect(model.next).toBe(model.texts.length);
                continue;
              }
              expect(chunk.positionOf(0)).toBe(model.next);
              expect(chunk.length).toBeLessThanOrEqual(n + 1);
              const end = model.next + chunk.length;
              expect(textsOf(chunk)).toEqual(model.texts.slice(model.next, end));
              for (let position = model.next; position < end; position++)
                expect(model.settled.has(position)).toBe(false);
              model.next = end;
              chunks.push(chunk);
            } else if (what === 'settle') {
              const chunk = chunks[n % Math.max(chunks.length, 1)];
              if (chunk === undefined) continue;
              const from = m % chunk.length;
              const to = Math.min(chunk.length, from + 1 + (n % 7));
              const fresh = Array.from({ length: to - from }, (_, index) =>
                chunk.positionOf(from + index),
              ).filter((position) => !model.settled.has(position));
              expect(queue.settle(chunk, from, to, false)).toBe(fresh.length);
              for (const position of fresh) model.settled.add(position);
            } else {
              queue.rewind();
              model.next = 0;
            }
            const unsettled = model.texts.filter((_, position) => !model.settled.has(position));
            expect(queue.unsettled).toBe(unsettled.length);
            expect(queue.unsettledBytes).toBe(
              unsettled.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
            );
            const unread = [...model.texts.keys()].filter(
              (position) => position >= model.next && !model.settled.has(position),
            );
            expect(queue.unread).toBe(unread.length);
            // What is not settled is still there, wherever it was moved to.
            for (const chunk of chunks)
              for (let index = 0; index < chunk.length; index++)
                if (!model.settled.has(chunk.positionOf(index)))
                  expect(chunk.slice(index, index + 1).toString()).toBe(model.texts[chunk.positionOf(index)]);
            chunks = chunks.slice(-20);
          }
        },
      ),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});
