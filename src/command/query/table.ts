import type { Answer, Cell } from '../../ask/question.js';
import { inOneLine } from '../terminal.js';

/** No column is cut to less than this. */
const MIN_WIDTH = 8;
const GAP = '  ';

/** An answer as a table with aligned columns, numbers at the right, cut to the width. */
export function tableOf({ columns, rows }: Pick<Answer, 'columns' | 'rows'>, width: number): string {
  const cells = [columns.map(({ name }) => name), ...rows].map((row) => row.map(textOfCell));
  const natural = columns.map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ''))));
  const widths = fitted(natural, width - GAP.length * (columns.length - 1));
  const isRight = columns.map(({ kind }) => kind === 'number');
  const lines = cells.map((row) =>
    widths
      .map((most, at) => padded(cut(row[at] ?? '', most), most, isRight[at] === true))
      .join(GAP)
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const rule = widths.map((most) => '-'.repeat(most)).join(GAP);
  return `${[head, rule, ...body].map((line) => clip(line, width)).join('\n')}\n`;
}

/** In one line. */
const textOfCell = (cell: Cell): string => (cell === null ? '' : inOneLine(String(cell).slice(0, 2000)));

/** The widest columns give way first. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let over = sum(widths) - width; over > 0; over = sum(widths) - width) {
    const widest = Math.max(...widths);
    if (widest <= MIN_WIDTH) break;
    const next = Math.max(MIN_WIDTH, ...widths.filter((one) => one < widest));
    const at = widths.indexOf(widest);
    widths[at] = Math.max(next === widest ? widest - 1 : next, widest - over);
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Most East Asian characters and emoji take two columns. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (WIDE.test(character) ? 2 : 1), 0);

function cut(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  return `${clip(text, most - 1)}…`;
}

function clip(text: string, most: number): string {
  let [width, end] = [0, 0];
  for (const character of text) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function padded(text: string, width: number, isRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRight ? space + text : text + space;
}
