import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundLife } from '../spool/lives.js';
import { isLogName, scanSegment, settledName } from '../spool/segment-file.js';
import { readSettled } from '../spool/settled-file.js';

/** What waits in a segment's file. */
export interface Waiting {
  readonly path: string;
  /** The JSON text of each record. */
  readonly records: readonly string[];
  readonly bytes: number;
  /** Records that were not settled, and can't be read. */
  readonly damaged: number;
  /** Whether another version of this package wrote it, which alone can read it. */
  readonly isOfOtherVersion: boolean;
  /** When the file was made, in milliseconds since 1970: none of its records is older. */
  readonly since: number;
}

/** What waits in the segments of a life, in order; one segment is read at a time. Its owner may be at work on them. */
export function* waitingIn({ path, state }: FoundLife): Generator<Waiting> {
  const names = inCase(() => readdirSync(path)) ?? [];
  for (const name of names.filter(isLogName).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const file = join(path, name);
    const read = inCase(() => readWaiting(file));
    // Its owner may have been in the middle of a write.
    const waiting =
      read !== undefined && read.damaged > 0 && state === 'alive' ? inCase(() => readWaiting(file)) : read;
    if (waiting !== undefined) yield waiting;
  }
}

function readWaiting(path: string): Waiting {
  // Before its records: what is settled meanwhile is shown, but nothing that waits is left out.
  const { settled } = readSettled(settledName(path));
  const bytes = readFileSync(path);
  const { birthtimeMs, mtimeMs } = statSync(path);
  const { indexes, starts, ends, length, isOfOtherVersion } = scanSegment(bytes);
  const isSettled = new Uint8Array(length);
  for (const { from, to } of settled) isSettled.fill(1, from, to);
  const waiting = indexes.map((_, at) => at).filter((at) => isSettled[indexes[at] ?? 0] === 0);
  const unsettled = isSettled.reduce((sum, one) => sum + 1 - one, 0);
  return {
    path,
    records: waiting.map((at) => bytes.toString('utf8', starts[at], ends[at])),
    bytes: waiting.reduce((sum, at) => sum + (ends[at] ?? 0) - (starts[at] ?? 0), 0),
    damaged: unsettled - waiting.length,
    isOfOtherVersion,
    // Some file systems don't keep it.
    since: birthtimeMs > 0 ? birthtimeMs : mtimeMs,
  };
}

/** `undefined` where it is there no more: its owner goes on, and others take over. */
function inCase<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
