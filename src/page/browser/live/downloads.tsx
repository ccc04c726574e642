import { useState } from 'preact/hooks';
import { saveFile } from '../shared/download.js';
import { csvOf } from './csv.js';
import { jsonOf } from './parse-json.js';
import type { Fields, Row } from './row.js';
import { wholeRecords } from './whole-records.js';

type Format = 'NDJSON' | 'CSV';

const TYPES: Readonly<Record<Format, string>> = { NDJSON: 'application/x-ndjson', CSV: 'text/csv' };

/** Saves the records that are shown, in full. */
export function Downloads({ rows }: { readonly rows: readonly Row[] }) {
  const [said, setSaid] = useState('');
  const save = async (format: Format): Promise<void> => {
    setSaid('Fetching what is long…');
    try {
      const records = await wholeRecords(rows);
      saveFile(`records.${format.toLowerCase()}`, TYPES[format], linesOf(records, format));
      setSaid('');
    } catch (error) {
      setSaid(`Not saved: ${String(error)}`);
    }
  };
  return (
    <fieldset class="choice downloads">
      <legend class="only-heard">Download what is shown</legend>
      {(['NDJSON', 'CSV'] as const).map((format) => (
        <button
          key={format}
          type="button"
          disabled={rows.length === 0}
          title={`Download what is shown as ${format}`}
          onClick={() => void save(format)}
        >
          ↓ {format}
        </button>
      ))}
      <span class="said" aria-live="polite">
        {said}
      </span>
    </fieldset>
  );
}

const linesOf = (records: readonly Fields[], format: Format): readonly string[] =>
  format === 'CSV' ? csvOf(records) : records.map((record) => `${jsonOf(record)}\n`);
