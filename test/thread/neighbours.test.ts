import { expect, it, vi } from 'vitest';
import { Segment } from '../../src/queue/segment.js';
import { Neighbours } from '../../src/thread/neighbours.js';
import { KEY } from '../support/chunks.js';

const RECORDS = ['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}'];

/** Each record as a chunk of its own, in the memory of all. */
function inOneMemory(neighbours: Neighbours, memory: number): Segment[] {
  const bytes = Buffer.from(new SharedArrayBuffer(RECORDS.join('\n').length));
  bytes.write(RECORDS.join('\n'));
  return RECORDS.map((record, index) => {
    const start = index * (record.length + 1);
    const slice = bytes.subarray(start, start + record.length);
    const segment = Segment.of(KEY, slice, Uint32Array.of(record.length), 0);
    neighbours.add(memory, segment);
    return segment;
  });
}

const isShared = ({ bytes }: Segment): boolean => bytes.buffer instanceof SharedArrayBuffer;
const textOf = (segment: Segment): string => segment.slice(0, 1).toString();

it('are read in the memory of the queue until one of them is settled, and then keep hold of none of it', () => {
  const neighbours = new Neighbours();
  const segments = inOneMemory(neighbours, 0);
  const others = inOneMemory(neighbours, 4);
  expect(segments.every(isShared)).toBe(true);
  segments[1]?.settle(0);
  neighbours.settled(0);
  expect(segments.some(isShared)).toBe(false);
  expect(segments.map(textOf)).toEqual(RECORDS);
  expect(others.every(isShared)).toBe(true);
  neighbours.settled(0);
  neighbours.settled(4);
  expect(others.map(textOf)).toEqual(RECORDS);
});

it('stay where they are where no memory is left for a copy', () => {
  const neighbours = new Neighbours();
  const segments = inOneMemory(neighbours, 0);
  const from = vi.spyOn(Buffer, 'from').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  neighbours.settled(0);
  from.mockRestore();
  expect(segments.map(isShared)).toEqual([true, false, false, false]);
  expect(segments.map(textOf)).toEqual(RECORDS);
});
