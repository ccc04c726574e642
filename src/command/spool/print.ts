import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../../runtime/foreign.js';
import { listLives } from '../../spool/lives.js';
import { dataFor } from '../terminal.js';
import { waitingIn } from './contents.js';
import { deadLettersIn } from './dead-letters.js';

/** Writes what waits, or what was given up, as NDJSON, as fast as it is read. Says in words what could not be read. */
export async function print(
  directory: string,
  to: Writable,
  what: 'waiting' | 'dead letters' = 'waiting',
): Promise<readonly string[]> {
  const faults: string[] = [];
  const lives = await listLives(directory);
  function* lines(): Generator<string> {
    if (what === 'dead letters') {
      for (const { json } of deadLettersIn(directory)) yield dataFor(to, `${json}\n`);
      return;
    }
    for (const life of lives) {
      for (const { path, records, damaged, unreadable } of waitingIn(life)) {
        if (unreadable !== undefined) faults.push(`${path} can't be read: ${unreadable}`);
        else if (damaged > 0) faults.push(`${path}: ${damaged} damaged`);
        for (const record of records) yield dataFor(to, `${record}\n`);
      }
    }
  }
  try {
    await pipeline(Readable.from(lines()), to, { end: false });
  } catch (error) {
    // Whoever reads it, such as `head`, has enough.
    if (codeOf(error) !== 'EPIPE') throw error;
  }
  return faults;
}
