import type { RecordFile, Span } from './files.js';

/** What a child process is asked. */
export interface Question extends Span {
  readonly sql: string;
  /** Where the files are. */
  readonly directory: string;
  readonly files: readonly RecordFile[];
  readonly maxRows: number;
  /** Most characters of all values. */
  readonly maxCharacters: number;
  readonly maxMemoryBytes: number;
  /** Most bytes that are looked at for fields and their types. */
  readonly maxSampleBytes?: number | undefined;
}

/** What a column has: how it is shown. */
export type Kind = 'number' | 'text' | 'time' | 'boolean';

export interface Column {
  readonly name: string;
  /** As SQL calls it. */
  readonly type: string;
  readonly kind: Kind;
}

/** A number that JavaScript can't hold is a text of its digits. */
export type Cell = string | number | boolean | null;

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whether there were more rows than asked for. */
  readonly isCut: boolean;
  readonly engine: 'duckdb' | 'sqlite';
  /** The names of the fields that records have, the most frequent first. */
  readonly fields: readonly string[];
  /** What people should know of it. */
  readonly notes: readonly string[];
}

/** Why there is no answer: `wrong` for a fault in the SQL, `missing` where something has to be installed. */
export interface NoAnswer {
  readonly error: string;
  readonly why: 'wrong' | 'missing' | 'limit' | 'failed';
}

/** The question can't be answered, which its words say. */
export class AskError extends Error {
  constructor(
    message: string,
    readonly why: NoAnswer['why'],
  ) {
    super(message);
  }
}

export const tooMuchMemory = (): AskError =>
  new AskError('it needs more memory than it may take: ask for fewer rows or columns', 'limit');
