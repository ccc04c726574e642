/** Rows as RFC 4180 has them, with their names before them. A text that a spreadsheet would run as a formula has a quote before it. */
export const csvOf = (names: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [names, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

function csvCell(cell: unknown): string {
  if (typeof cell !== 'string') return cell === null || cell === undefined ? '' : String(cell);
  const text = noFormula(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets take a text that begins with one of these for a formula, which could run a program or send what is in the sheet. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** The text with a quote before it, if a spreadsheet would run it. */
export const noFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
