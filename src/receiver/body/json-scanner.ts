import { BadBody } from './bad-body.js';

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, COMMA, COLON, MINUS, POINT, PLUS, ZERO, NINE] = [
  0x22, 0x2c, 0x3a, 0x2d, 0x2e, 0x2b, 0x30, 0x39,
];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [BACKSLASH, LOWER_A, LOWER_F, LOWER_U, UPPER_I] = [0x5c, 0x61, 0x66, 0x75, 0x49];

/** Other readers of the files have limits of their own. Records of this package are flat. */
const DEEPEST = 1000;

/** What Python writes, and others, for numbers that JSON doesn't have. */
const NON_FINITE = ['NaN', 'Infinity', '-Infinity'];

interface Literal {
  readonly bytes: Buffer;
  readonly isRefused: boolean;
}

const LITERALS: ReadonlyMap<number, Literal> = new Map(
  ['true', 'false', 'null', ...NON_FINITE].map((word) => [
    word.charCodeAt(0),
    { bytes: Buffer.from(word), isRefused: NON_FINITE.includes(word) },
  ]),
);
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** Is told where a key of the outermost object begins and ends, with its quotes. */
export type OnKey = (from: number, to: number) => void;

/**
 * Reads JSON (RFC 8259) byte by byte, and makes nothing of it: so a number keeps all its digits, a key can have any name and stand
 * there twice, and neither size nor nesting does harm. A body can have millions of values, so nothing is made for one. `NaN` and `Infinity`, which are no JSON, are read as well.
 */
export class JsonScanner {
  at = 0;
  /** Whether white space had an end of line, since this was set to false. */
  hasNewline = false;
  /** Where something begins that strict parsers refuse: an escape of a lone surrogate, `NaN` or `Infinity`; since this was emptied. */
  refused: number[] = [];
  /** Of each container around the place, from the outside in, whether it is an object. */
  readonly #areObjects = new Uint8Array(DEEPEST);

  constructor(readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** -1 at the end. */
  get byte(): number {
    return this.at < this.bytes.length ? (this.bytes[this.at] as number) : -1;
  }

  skipSpace(): void {
    for (; ; this.at++) {
      const byte = this.byte;
      if (byte === NEWLINE || byte === RETURN) this.hasNewline = true;
      else if (byte !== SPACE && byte !== TAB) return;
    }
  }

  /** Reads an object, which begins here. */
  readObject(onKey: OnKey): void {
    let depth = this.#enter(0);
    let isFirst = true;
    while (depth > 0) {
      this.skipSpace();
      const isObject = this.#areObjects[depth - 1] === 1;
      if (this.byte === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        this.at++;
        depth--;
        isFirst = false;
        continue;
      }
      if (!isFirst) this.#expect(COMMA, isObject ? 'a comma or } is missing' : 'a comma or ] is missing');
      if (isObject) this.#readKey(depth === 1 ? onKey : undefined);
      isFirst = this.byte === OPEN_OBJECT || this.byte === OPEN_ARRAY;
      if (isFirst) depth = this.#enter(depth);
      else this.#readScalar();
    }
  }

  fail(what: string, at = this.at): never {
    throw new BadBody(at >= this.bytes.length ? `the body ends too early: ${what}` : what, at);
  }

  #enter(depth: number): number {
    if (depth === DEEPEST) this.fail(`there are more than ${DEEPEST} levels of nesting`);
    this.#areObjects[depth] = this.byte === OPEN_OBJECT ? 1 : 0;
    this.at++;
    return depth + 1;
  }

  #expect(byte: number, otherwise: string): void {
    this.skipSpace();
    if (this.byte !== byte) this.fail(otherwise);
    this.at++;
    this.skipSpace();
  }

  #readKey(onKey: OnKey | undefined): void {
    const from = this.at;
    if (this.byte !== QUOTE) this.fail('a key in double quotes is missing');
    this.#readString();
    onKey?.(from, this.at);
    this.#expect(COLON, 'a colon is missing behind a key');
  }

  #readScalar(): void {
    const byte = this.byte;
    if (byte === QUOTE) this.#readString();
    else if (isDigit(byte) || (byte === MINUS && this.bytes[this.at + 1] !== UPPER_I)) this.#readNumber();
    else this.#readLiteral(LITERALS.get(byte) ?? this.fail('a value is missing'));
  }

  #readLiteral({ bytes, isRefused }: Literal): void {
    for (let nth = 1; nth < bytes.length; nth++)
      if (this.bytes[this.at + nth] !== bytes[nth]) this.fail('this is no value');
    if (isRefused) this.refused.push(this.at);
    this.at += bytes.length;
  }

  #readNumber(): void {
    if (this.byte === MINUS) this.at++;
    if (this.byte === ZERO) this.at++;
    else this.#readDigits();
    if (this.byte === POINT) {
      this.at++;
      this.#readDigits();
    }
    if ((this.byte | 0x20) !== 0x65) return; // neither e nor E
    this.at++;
    if (this.byte === PLUS || this.byte === MINUS) this.at++;
    this.#readDigits();
  }

  #readDigits(): void {
    if (!isDigit(this.byte)) this.fail('a digit is missing');
    while (isDigit(this.byte)) this.at++;
  }

  #readString(): void {
    const { bytes } = this;
    const { length } = bytes;
    let at = this.at + 1;
    while (at < length) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return;
      }
      if (byte === BACKSLASH) at = this.#readEscape(at);
      else if (byte < SPACE) this.fail('a control character stands in a text: it must be escaped', at);
      else at++;
    }
    this.fail('a text has no end', length);
  }

  /** Says where what stands behind it begins. */
  #readEscape(at: number): number {
    const escaped = this.bytes[at + 1];
    if (escaped !== undefined && ESCAPED.has(escaped)) return at + 2;
    if (escaped !== LOWER_U) this.fail('there is no such escape', at);
    const unit = this.#unitAt(at);
    if (unit === -1) this.fail('an escape has fewer than four hex digits', at);
    if ((unit & 0xf800) !== 0xd800) return at + 6;
    if (unit < 0xdc00 && (this.#unitAt(at + 6) & 0xfc00) === 0xdc00) return at + 12;
    this.refused.push(at);
    return at + 6;
  }

  /** What a \u escape stands for; -1 where there is none. */
  #unitAt(at: number): number {
    if (this.bytes[at] !== BACKSLASH || this.bytes[at + 1] !== LOWER_U) return -1;
    let unit = 0;
    for (let digitAt = at + 2; digitAt < at + 6; digitAt++) {
      const digit = hexDigit(this.bytes[digitAt] ?? -1);
      if (digit === -1) return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** -1 where it is none. */
function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= LOWER_A && letter <= LOWER_F ? letter - LOWER_A + 10 : -1;
}
