/** A body that is refused: what is wrong, and where. */
export class BadBody extends Error {
  constructor(
    message: string,
    /** In bytes. */
    readonly at: number,
    readonly status: 400 | 413 = 400,
  ) {
    super(message);
  }
}

/** Where a byte of a body is, for people: both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const NEWLINE = 0x0a;

export function placeOf(body: Buffer, at: number): Place {
  let line = 1;
  let start = 0;
  for (let next = body.indexOf(NEWLINE); next !== -1 && next < at; next = body.indexOf(NEWLINE, start)) {
    line++;
    start = next + 1;
  }
  return { line, column: body.toString('utf8', start, at).length + 1 };
}
