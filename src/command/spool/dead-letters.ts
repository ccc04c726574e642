import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../runtime/foreign.js';
import {
  type DeadLetter,
  deadLetterFiles,
  deadLetterFolder,
  scanDeadLetters,
} from '../../spool/dead-letter-file.js';
import { openLife } from '../../spool/life.js';
import { lifeEndpoint } from '../../spool/life-endpoint.js';
import { logName } from '../../spool/segment-file.js';
import { counted, sizeOf } from '../words.js';

/** The records that were given up, a file at a time. */
export function* deadLettersIn(directory: string): Generator<DeadLetter> {
  for (const path of deadLetterFiles(directory)) {
    try {
      yield* scanDeadLetters(readFileSync(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error; // somebody sends it again
    }
  }
}

/** How many there are, and why, in words; none where there are none. */
export function wordsOnDeadLetters(directory: string): string | undefined {
  const counts = new Map<string, number>();
  let [count, bytes] = [0, 0];
  for (const { reason, json } of deadLettersIn(directory)) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    count++;
    bytes += Buffer.byteLength(json);
  }
  if (count === 0) return undefined;
  const reasons = [...counts].map(([reason, of]) => `${of} ${reason}`).join(', ');
  return `${counted(count, 'record')} given up (${reasons}), ${sizeOf(bytes)}, kept in ${deadLetterFolder(directory)}`;
}

/** Makes their files those of a life that is dead, and whose records are to be sent to this URL. */
export function bringBack(directory: string, url: string): void {
  const files = deadLetterFiles(directory);
  if (files.length === 0) return;
  const life = openLife(directory, { wallNow: Date.now }, lifeEndpoint(new URL(url)));
  for (const [index, file] of files.entries()) renameSync(file, join(life.path, logName(index + 1)));
  life.close();
}
