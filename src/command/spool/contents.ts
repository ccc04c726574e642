import fs, { readFileSync, statSync } from 'node:fs';
import { DAMAGED, WAITS } from '../../queue/states.js';
import { codeOf, textOf } from '../../runtime/foreign.js';
import { statesOf } from '../../spool/content.js';
import { segmentsIn } from '../../spool/found-segments.js';
import type { FoundLife } from '../../spool/lives.js';
import { scanSegment, settledName } from '../../spool/segment-file.js';
import { readSettled } from '../../spool/settled-file.js';

/** What waits in a segment's file. */
export interface Waiting {
  readonly path: string;
  /** The JSON text of each record. */
  readonly records: readonly string[];
  readonly bytes: number;
  /** Records that were not settled, and can't be read. */
  readonly damaged: number;
  /** Why it can't be read at all. */
  readonly unreadable?: string;
  /** When the file was made, in milliseconds since 1970: none of its records is older. */
  readonly since: number;
}

/** What waits in the segments of a life, in order; one segment is read at a time. Its owner may be at work on them. */
export function* waitingIn({ path, state }: Pick<FoundLife, 'path' | 'state'>): Generator<Waiting> {
  const files = inCase(path, () => segmentsIn(fs, path));
  if (files === undefined) return;
  if (!Array.isArray(files)) {
    yield files;
    return;
  }
  for (const file of files) {
    const read = inCase(file, () => readWaiting(file));
    // Its owner may have been in the middle of a write.
    const isAgain = read !== undefined && read.damaged > 0 && state === 'alive';
    const waiting = isAgain ? inCase(file, () => readWaiting(file)) : read;
    if (waiting !== undefined) yield waiting;
  }
}

function readWaiting(path: string): Waiting {
  // Before its records: what is settled meanwhile is shown, but nothing that waits is left out.
  const { settled } = readSettled(settledName(path));
  const bytes = readFileSync(path);
  const { birthtimeMs, mtimeMs } = statSync(path);
  const { indexes, starts, ends, length, isOfOtherVersion } = scanSegment(bytes);
  const since = birthtimeMs > 0 ? birthtimeMs : mtimeMs; // some file systems don't keep the first
  if (isOfOtherVersion) return { ...NOTHING, path, unreadable: 'another version of this package wrote it' };
  const states = statesOf(indexes, length, settled);
  const waiting = [...indexes.keys()].filter((at) => states[indexes[at] ?? 0] === WAITS);
  return {
    path,
    records: waiting.map((at) => bytes.toString('utf8', starts[at], ends[at])),
    bytes: waiting.reduce((sum, at) => sum + (ends[at] ?? 0) - (starts[at] ?? 0), 0),
    damaged: states.filter((state) => state === DAMAGED).length,
    since,
  };
}

const NOTHING = { records: [], bytes: 0, damaged: 0, since: Number.POSITIVE_INFINITY };

/** `undefined` where it is there no more: its owner goes on, and others take over. */
function inCase<T>(path: string, read: () => T): T | Waiting | undefined {
  try {
    return read();
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' ? undefined : { ...NOTHING, path, unreadable: code || textOf(error) };
  }
}
