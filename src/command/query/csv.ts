import type { Answer, Cell } from '../../ask/question.js';

/** An answer as RFC 4180 has it. A text that a spreadsheet would run as a formula has a quote before it. */
export const csvOf = ({ columns, rows }: Pick<Answer, 'columns' | 'rows'>): string =>
  [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
