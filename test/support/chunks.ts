import { Chunk } from '../../src/queue/chunk.js';
import type { KeyBase, Separator } from '../../src/queue/layout.js';
import { memoryOf } from '../../src/queue/memory.js';
import { Segment } from '../../src/queue/segment.js';

/** Of the idempotency keys in tests. Where a record lies in a queue is another place. */
export const KEY: KeyBase = { prefix: '00000000-0000-8000', first: 1000 };

/** Records as a chunk of a segment of their own, appended at 0 on the clock. */
export function chunkOf(records: readonly string[], separator: Separator = '\n', since = 0): Chunk {
  const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record) + 1, 0);
  const segment = new Segment(0, KEY, memoryOf(Buffer.allocUnsafeSlow(bytes)), false);
  for (const record of records)
    segment.add(segment.write(Buffer.from(record)), separator.charCodeAt(0), since);
  return new Chunk(segment, 0, records.length);
}

/** The texts of a chunk's records. */
export const textsOf = (chunk: Chunk): string[] =>
  Array.from({ length: chunk.length }, (_, index) => chunk.slice(index, index + 1).toString());
