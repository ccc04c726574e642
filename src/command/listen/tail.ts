import type { Writable } from 'node:stream';
import type { RecordStore } from '../../receiver/record-store.js';
import { textOf } from '../../runtime/foreign.js';
import { dataFor } from '../terminal.js';
import { counted } from '../words.js';

/** So much waits for a slow reader. What comes then is not printed: it is in the files, and nobody waits for it here. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** Prints records as they arrive. Gives what ends that. */
export function tail(store: RecordStore, to: Writable, tell: (message: string) => void): () => void {
  let skipped = 0;
  const end = store.onStored((records) => {
    if (to.writableLength > MOST_WAITING_BYTES) {
      skipped += records.length;
      return;
    }
    if (skipped > 0)
      tell(`${counted(skipped, 'record')} not printed, as the reader is slow; the files have them`);
    skipped = 0;
    to.write(dataFor(to, records.map(({ line }) => `${line}\n`).join('')));
  });
  // Whoever reads it, such as `head`, may have enough. The receiver goes on.
  to.on('error', (error) => {
    end();
    tell(`records are printed no more (${textOf(error)})`);
  });
  return end;
}
