import type { Cell, Column, Kind } from './question.js';

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
    if (this.rows.length >= this.maxRows || this.#characters >= this.maxCharacters) {
      this.isCut = true;
      return false;
    }
    const row = values.map(cellOf);
    for (const cell of row) this.#characters += typeof cell === 'string' ? cell.length : 8;
    this.rows.push(row);
    return true;
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
