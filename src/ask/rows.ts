import { AskError, type Cell, type Column, type Kind } from './question.js';

/** Collects rows until there are enough. */
export class Rows {
  readonly rows: Cell[][] = [];
  isCut = false;
  #characters = 0;

  constructor(
    private readonly maxRows: number,
    private readonly maxCharacters: number,
  ) {}

  /** Says whether it takes more. */
  add(values: readonly unknown[]): boolean {
    const row = values.map(cellOf);
    const characters = row.reduce<number>(
      (sum, cell) => sum + (typeof cell === 'string' ? cell.length : 8),
      0,
    );
    if (characters > this.maxCharacters)
      throw new AskError(`a row has more than ${this.maxCharacters} characters: ask for less of it`, 'limit');
    this.#characters += characters;
    this.isCut = this.rows.length >= this.maxRows || this.#characters > this.maxCharacters;
    if (!this.isCut) this.rows.push(row);
    return !this.isCut;
  }
}

/** A value of an engine, as JSON has it. */
function cellOf(value: unknown): Cell {
  switch (typeof value) {
    case 'bigint': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'string':
    case 'boolean':
      return value;
    default:
      return value === null || value === undefined ? null : textOrNumber(String(value), value);
  }
}

/** A decimal is an object with a scale. */
function textOrNumber(text: string, value: object): Cell {
  return 'scale' in value && /^-?\d{1,12}(\.\d{1,3})?$/.test(text) ? Number(text) : text;
}

export function columnOf(name: string, type: string): Column {
  return { name, type, kind: kindOf(type) };
}

function kindOf(type: string): Kind {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DOUBLE|FLOAT|REAL|DECIMAL\b.*)$/i.test(type)) return 'number';
  if (/^(TIMESTAMP|DATE|TIME\b)/i.test(type)) return 'time';
  return /^BOOLEAN$/i.test(type) ? 'boolean' : 'text';
}
