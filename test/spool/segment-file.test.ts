import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_OVERHEAD_BYTES, lineOf, targetIn, writeRecordLine } from '../../src/spool/line.js';
import {
  headLine,
  isLogName,
  lengthAtEnd,
  logName,
  scanSegment,
  settledName,
} from '../../src/spool/segment-file.js';
import { readSegment } from '../support/segments.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

const HEAD = { prefix: '0a1b2c3d-4e5f-8a6b', first: 70_000, format: 'ndjson' };
const RECORDS = [
  '{}',
  '{"a":"é😀"}',
  '{"text":"0badf00d 2 {\\"a\\":1}"}',
  '{"n":12345678901234567890}',
  '{"b":" {"}',
];

/** A segment's file, and where each of its lines begins: the head, then the records. */
function fileOf(records: readonly string[]): { readonly bytes: Buffer; readonly lines: readonly number[] } {
  const head = Buffer.from(headLine(HEAD));
  const lines = [0, head.length];
  const parts = [head];
  for (const [index, record] of records.entries()) {
    const source = Buffer.from(record);
    const target = Buffer.concat([Buffer.alloc(3 + LINE_OVERHEAD_BYTES), source]);
    const end = writeRecordLine(targetIn(target), 3, index, target.length - source.length, target.length);
    parts.push(target.subarray(3, end));
    lines.push((lines.at(-1) ?? 0) + end - 3);
  }
  return { bytes: Buffer.concat(parts), lines };
}

const found = (bytes: Buffer): [index: number, record: string][] => {
  const { indexes, starts, ends } = scanSegment(bytes);
  return indexes.map((index, at) => [index, bytes.toString('utf8', starts[at], ends[at])]);
};
const all = RECORDS.map((record, index): [number, string] => [index, record]);
const flipped = (bytes: Buffer, bit: number): Buffer => {
  const damaged = Buffer.from(bytes);
  damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return damaged;
};

describe("a segment's file", () => {
  const { bytes, lines } = fileOf(RECORDS);
  /** The index of the record whose line a byte is in; -1 for the head. */
  const lineAt = (at: number): number => lines.findLastIndex((start) => start <= at) - 1;
  const isNewline = (at: number): boolean => lines.includes(at + 1);

  it('is read by people and everyday tools: a line for the head, and one for each record', () => {
    const text = bytes.toString().split('\n');
    expect(text[0]?.slice(9)).toBe('otel-remote-logger-spool 1 0a1b2c3d-4e5f-8a6b 70000 ndjson');
    expect(text.slice(1, -1).map((line) => line.split(' ').slice(2).join(' '))).toEqual(RECORDS);
    for (const line of text.slice(0, -1)) expect(line).toMatch(/^[\da-f]{8} /);
  });

  it('gives its head and its records back', () => {
    const directory = mkdtempSync(join(tmpdir(), 'spool-'));
    writeFileSync(join(directory, 'a.log'), bytes);
    const records = RECORDS.map((json, index) => ({ index, json }));
    expect(readSegment(join(directory, 'a.log'))).toEqual({ head: HEAD, records, damaged: 0 });
    rmSync(directory, { recursive: true });
  });

  it('that was cut off anywhere loses what was cut off, and tells of the record that is torn', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      // A line is whole without its newline.
      const whole = lines.filter((end) => end > 0 && end - 1 <= length).length - 1;
      expect(found(cut)).toEqual(all.slice(0, Math.max(0, whole)));
      const isTorn = whole >= 0 && length > (lines[whole + 1] ?? 0);
      expect(scanSegment(cut).damaged).toBe(isTorn ? 1 : 0);
      expect(scanSegment(cut).head).toEqual(whole >= 0 ? HEAD : undefined);
    }
  });

  it('with any one bit flipped loses the record that the bit is in, and no other, and counts it', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = flipped(bytes, bit);
      const lost = isNewline(bit >> 3) ? -1 : lineAt(bit >> 3);
      expect(found(damaged), `bit ${bit}`).toEqual(all.filter(([index]) => index !== lost));
      expect(scanSegment(damaged).damaged, `bit ${bit}`).toBe(lost === -1 ? 0 : 1);
      expect(scanSegment(damaged).head).toEqual(
        lineAt(bit >> 3) === -1 && !isNewline(bit >> 3) ? undefined : HEAD,
      );
    }
  });

  it('has a part overwritten and loses the records in that part, and no others', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 80 }), (at, other) => {
        const damaged = Buffer.from(bytes);
        damaged.set(other.subarray(0, damaged.length - at), at);
        const end = Math.min(bytes.length, at + other.length);
        const isTouched = (index: number): boolean =>
          (lines[index + 1] ?? 0) < end && (lines[index + 2] ?? 0) > at;
        const records = found(damaged);
        for (const [index, record] of records) expect(record).toBe(RECORDS[index]);
        for (const [index] of all) {
          if (!isTouched(index)) expect(records.map(([known]) => known)).toContain(index);
        }
      }),
      { numRuns },
    );
  });

  it('of anything at all is read without an end that does not come', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\n', ' {', '00000000 1 {', '0badf00d 99999999999 {}\n')
        .map((text) => Buffer.from(text)),
      fc
        .constantFrom(...lines.slice(0, -1))
        .map((start) => bytes.subarray(start, lines[lines.indexOf(start) + 1])),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const [index, record] of found(Buffer.concat(pieces))) expect(record).toBe(RECORDS[index]);
      }),
      { numRuns },
    );
  });

  it('full of what looks like records is read in time', () => {
    const text = Buffer.from(`deadbeef 5 {`.repeat(100_000));
    const damaged = Buffer.concat([
      bytes.subarray(0, lines[2]),
      text,
      Buffer.from('\n'),
      bytes.subarray(lines[3]),
    ]);
    expect(found(damaged)).toEqual(all.filter(([index]) => index !== 1));
  });

  it('of another version is known as such', () => {
    const other = Buffer.from(lineOf('otel-remote-logger-spool 2 of whatever this has'));
    expect(scanSegment(other)).toMatchObject({ isOfOtherVersion: true, head: undefined });
    expect(scanSegment(bytes).isOfOtherVersion).toBe(false);
  });

  it('has a name that says so, and another one beside it', () => {
    expect([logName(1), settledName(logName(123_456_789))]).toEqual(['00000001.log', '123456789.settled']);
    const names = [logName(7), '00000007.settled', 'lock', 'x00000007.log', '00000007.log.bak'];
    expect(names.filter(isLogName)).toEqual(['00000007.log']);
  });

  it('tells from its end how many records it has, unless that is damaged', () => {
    const end = bytes.subarray(lines[4]);
    expect(lengthAtEnd(bytes)).toBe(5);
    expect(lengthAtEnd(end)).toBe(5);
    expect(lengthAtEnd(bytes.subarray(lines[5]))).toBe(-1); // too little to know where the line began
    expect(lengthAtEnd(end.subarray(0, end.length - 3))).toBe(-1);
    expect(lengthAtEnd(Buffer.from(headLine(HEAD)))).toBe(-1);
    expect(lengthAtEnd(Buffer.alloc(0))).toBe(-1);
  });
});
