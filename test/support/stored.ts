import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory with files of records, as a receiver keeps them. A record that is a text is a line as it is. */
export function stored(files: Readonly<Record<string, readonly unknown[]>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'stored-'));
  for (const [hour, records] of Object.entries(files)) {
    const lines = records.map((record, index) =>
      typeof record === 'string'
        ? record
        : JSON.stringify({
            ...(record as object),
            received_at: new Date(Date.parse(`${hour}:00:00Z`) + index).toISOString(),
          }),
    );
    writeFileSync(join(directory, `${hour}.ndjson`), lines.map((line) => `${line}\n`).join(''));
  }
  return directory;
}
