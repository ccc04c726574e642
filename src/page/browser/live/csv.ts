import { noFormula } from '../../../record/csv.js';
import { own, textOf } from './row.js';

/** Of spreadsheets; more are left out. */
export const MOST_COLUMNS = 1000;

/** Lines of CSV (RFC 4180): a column for each field that one of the records has. */
export function csvOf(records: readonly object[]): readonly string[] {
  const columns = columnsOf(records);
  const lines = records.map((record) => columns.map((column) => cell(own(record, column))));
  return [columns.map(cell), ...lines].map((cells) => `${cells.join(',')}\r\n`);
}

function columnsOf(records: readonly object[]): readonly string[] {
  const columns = new Set<string>();
  for (const record of records) {
    for (const field of Object.keys(record)) {
      if (columns.size === MOST_COLUMNS) break;
      columns.add(field);
    }
  }
  return [...columns];
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = textOf(value);
  const safe = typeof value === 'string' ? noFormula(text) : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
