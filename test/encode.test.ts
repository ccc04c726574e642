import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentTypeOf,
  EncodedRecords,
  encodeBody,
  encodeRecord,
  endOfPart,
  fieldsOf,
  fits,
  sizeOf,
} from '../src/encode.js';
import type { FlatDict, Scalar } from '../src/json.js';
import type { Format } from '../src/options.js';
import { flatten } from '../src/record/flatten.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

const FORMATS: readonly Format[] = ['object', 'ndjson', 'array'];

const recordOf = (bytes: number): string => encodeRecord({ k: 'x'.repeat(bytes - 8) });

const bodyOf = (records: readonly string[], format: Format, from = 0, to = records.length): string =>
  encodeBody(new EncodedRecords(records, format), from, to, format).toString();

const bytesOf = (records: readonly string[], format: Format): number =>
  Buffer.byteLength(bodyOf(records, format));

/** The records in the parts that are encoded together. */
function partsOf(records: readonly string[], format: Format, limit: number): string[][] {
  const parts: string[][] = [];
  for (let [from, to] = [0, 0]; from < records.length; from = to) {
    to = endOfPart(records, from, format, limit);
    parts.push(records.slice(from, to));
  }
  return parts;
}

/** Any text, lone surrogates and control characters too. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom('\u0000', '"', '\\', '\n', '\ud800', 'é', '你', '🎉', 'x'),
    maxLength: 20,
  }),
);

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, Number.MIN_VALUE, -Number.MAX_VALUE, -1.2345678901234568e-300, Number.NaN),
  fc.bigInt(),
  fc.bigInt({ min: -(10n ** 400n), max: 10n ** 400n }),
  fc.boolean(),
  fc.constant(null),
);

const dict: fc.Arbitrary<FlatDict> = fc
  .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), scalar), { maxLength: 8 })
  .map((entries) => flatten(new Map(entries)));

describe('a record', () => {
  it.each([
    { name: 'without fields', dict: {}, json: '{}' },
    {
      name: 'of scalars',
      dict: { s: 'x', n: 1.5, t: true, z: null },
      json: '{"s":"x","n":1.5,"t":true,"z":null}',
    },
    {
      name: 'with a BigInt, all its digits',
      dict: { n: 2n ** 100n, s: '"' },
      json: '{"n":1267650600228229401496703205376,"s":"\\""}',
    },
    { name: 'with a negative BigInt', dict: { n: -1n }, json: '{"n":-1}' },
    { name: 'with negative zero', dict: { n: -0 }, json: '{"n":0}' },
    { name: 'with lone surrogates', dict: { '\udc00': '\ud800' }, json: '{"\\udc00":"\\ud800"}' },
    {
      name: 'with lone surrogates beside a BigInt',
      dict: { '\udc00': '\ud800', n: 1n },
      json: '{"\\udc00":"\\ud800","n":1}',
    },
    { name: 'with __proto__', dict: JSON.parse('{"__proto__":"x"}'), json: '{"__proto__":"x"}' },
    {
      name: 'with __proto__ as a BigInt',
      dict: Object.defineProperty({}, '__proto__', { value: 1n, enumerable: true }),
      json: '{"__proto__":1}',
    },
    { name: 'with a field named toJSON', dict: { toJSON: 'x' }, json: '{"toJSON":"x"}' },
  ] as { name: string; dict: FlatDict; json: string }[])('$name', ({ dict, json }) => {
    expect(encodeRecord(dict)).toBe(json);
  });

  it('has the digits of a BigInt also where an application writes BigInts its own way', () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = () => 'mine';
    try {
      expect(encodeRecord({ n: 1n, s: 'x' })).toBe('{"n":1,"s":"x"}');
    } finally {
      delete prototype.toJSON;
    }
  });

  it('is its fields again, from text and from bytes', () => {
    const [dict, json] = [{ k: '你🎉' }, '{"k":"你🎉"}'];
    for (const record of [dict, json, Buffer.from(json)]) expect(fieldsOf(record)).toEqual(dict);
  });

  it('is flat JSON, and parses to what it was', () => {
    fc.assert(
      fc.property(dict, (dict) => {
        const parsed: Record<string, unknown> = JSON.parse(encodeRecord(dict));
        expect(Object.keys(parsed)).toEqual(Object.keys(dict));
        for (const [key, value] of Object.entries(dict)) {
          expect(parsed[key]).toBe(
            typeof value === 'bigint' ? Number(value) : Object.is(value, -0) ? 0 : value,
          );
        }
      }),
      { numRuns },
    );
  });
});

describe('a body', () => {
  const records = [{ a: 1 }, { b: 'x\ny' }].map((dict) => encodeRecord(dict));
  it.each([
    { format: 'object', contentType: 'application/json', body: '{"a":1}', of: records.slice(0, 1) },
    { format: 'ndjson', contentType: 'application/x-ndjson', body: '{"a":1}\n{"b":"x\\ny"}', of: records },
    { format: 'array', contentType: 'application/json', body: '[{"a":1},{"b":"x\\ny"}]', of: records },
    { format: 'array', contentType: 'application/json', body: '[{"a":1}]', of: records.slice(0, 1) },
  ] as const)('in $format is $body', ({ format, contentType, body, of }) => {
    expect(bodyOf(of, format)).toBe(body);
    expect(contentTypeOf(format)).toBe(contentType);
  });

  it('never ends in a newline', () => {
    fc.assert(
      fc.property(
        fc.array(dict, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...FORMATS),
        (dicts, format) => {
          const records = dicts.map((dict) => encodeRecord(dict));
          expect(bodyOf(records, format)).toMatch(/[}\]]$/);
          if (format === 'ndjson') expect(bodyOf(records, format).split('\n')).toEqual(records);
        },
      ),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });
});

describe('records that are encoded together', () => {
  it.each([
    { name: 'nothing makes no part', format: 'ndjson', sizes: [], limit: 10, parts: [] },
    { name: 'object: whatever the limit', format: 'object', sizes: [10, 10], limit: 5, parts: [[10, 10]] },
    {
      name: 'object: no more than 64 Ki characters at a time',
      format: 'object',
      sizes: [40_000, 40_000, 10, 200_000],
      limit: 5,
      parts: [[40_000], [40_000, 10], [200_000]],
    },
    {
      name: 'ndjson: just full, with the newline between',
      format: 'ndjson',
      sizes: [10, 10],
      limit: 21,
      parts: [[10, 10]],
    },
    { name: 'ndjson: one byte too many', format: 'ndjson', sizes: [10, 10], limit: 20, parts: [[10], [10]] },
    {
      name: 'array: just full, with brackets and comma',
      format: 'array',
      sizes: [10, 10],
      limit: 23,
      parts: [[10, 10]],
    },
    { name: 'array: one byte too many', format: 'array', sizes: [10, 10], limit: 22, parts: [[10], [10]] },
    {
      name: 'ndjson: a record above the limit is alone',
      format: 'ndjson',
      sizes: [10, 50, 10, 11],
      limit: 30,
      parts: [[10], [50], [10, 11]],
    },
    {
      name: 'array: a record above the limit is alone, first and last too',
      format: 'array',
      sizes: [50, 10, 50],
      limit: 30,
      parts: [[50], [10], [50]],
    },
    {
      name: 'array: a record that passes it only with its brackets is alone',
      format: 'array',
      sizes: [29, 10],
      limit: 30,
      parts: [[29], [10]],
    },
  ] as { name: string; format: Format; sizes: number[]; limit: number; parts: number[][] }[])(
    '$name',
    ({ format, sizes, limit, parts }) => {
      const parted = partsOf(sizes.map(recordOf), format, limit);
      expect(parted.map((part) => part.map((record) => record.length))).toEqual(parts);
    },
  );

  const shared = fc.constantFrom<Format>('ndjson', 'array');

  it('are all of them in their order, as many as fit, and never above the limit but with one record', () => {
    const sizes = fc.array(fc.integer({ min: 8, max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, shared, fc.integer({ min: 1, max: 200 }), (sizes, format, limit) => {
        const records = sizes.map(recordOf);
        const parts = partsOf(records, format, limit);
        expect(parts.flat()).toEqual(records);
        for (const [index, part] of parts.entries()) {
          expect(part.length).toBeGreaterThan(0);
          if (part.length > 1) expect(bytesOf(part, format)).toBeLessThanOrEqual(limit);
          const next = parts[index + 1]?.[0];
          if (next) expect(bytesOf([...part, next], format)).toBeGreaterThan(limit);
        }
      }),
      { numRuns },
    );
  });

  it('hold to the limit with any text', () => {
    fc.assert(
      fc.property(fc.array(dict, { maxLength: 12 }), shared, fc.nat(600), (dicts, format, limit) => {
        const records = dicts.map((dict) => encodeRecord(dict));
        const parts = partsOf(records, format, limit);
        expect(parts.flat()).toEqual(records);
        for (const part of parts)
          if (part.length > 1) expect(bytesOf(part, format)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('can be sent from any one up to any other, and each has its bytes', () => {
    fc.assert(
      fc.property(
        fc.array(dict, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...FORMATS),
        fc.nat(7),
        fc.nat(7),
        (dicts, format, a, b) => {
          const texts = dicts.map((dict) => encodeRecord(dict));
          const from = Math.min(a, b) % texts.length;
          const to = format === 'object' ? from + 1 : Math.max(from + 1, Math.min(b, texts.length));
          const records = new EncodedRecords(texts, format);
          expect(records.length).toBe(texts.length);
          expect(bodyOf(texts, format, from, to)).toBe(bodyOf(texts.slice(from, to), format));
          const bytes = texts.slice(from, to).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
          expect(records.bytesOf(from, to)).toBe(bytes);
        },
      ),
      { numRuns },
    );
  });
});

describe('the size that is told without encoding', () => {
  it.each([
    { name: 'least for its bytes: control characters', dict: { k: '\u0000'.repeat(1000) } },
    { name: 'least for its bytes: lone surrogates', dict: { ['\ud800'.repeat(1000)]: 1 } },
    {
      name: 'least for its bytes: long numbers',
      dict: { '': -1.2345678901234568e-300, a: -1.2345678901234568e-300 },
    },
    { name: 'all its bytes: ASCII', dict: { k: 'x'.repeat(1000) } },
    { name: 'all its bytes: one digit', dict: { a: 1, b: 2 } },
    { name: 'all its bytes: BigInt', dict: { a: 10n ** 1000n } },
    { name: 'an empty record', dict: {} },
  ] as { name: string; dict: FlatDict }[])('is within its bounds: $name', ({ dict }) => {
    const bytes = Buffer.byteLength(encodeRecord(dict));
    expect(sizeOf(dict)).toBeLessThanOrEqual(bytes);
    expect(bytes).toBeLessThanOrEqual(6 * sizeOf(dict));
  });

  it('is a lower bound of the bytes, which are at most six times it', () => {
    fc.assert(
      fc.property(dict, (dict) => {
        const bytes = Buffer.byteLength(encodeRecord(dict));
        expect(sizeOf(dict)).toBeLessThanOrEqual(bytes);
        expect(bytes).toBeLessThanOrEqual(6 * sizeOf(dict));
      }),
      { numRuns },
    );
  });

  it.each([0, 1, 500, 900, 1000])('lets fits() refuse what is %i bytes too long and all escapes', (off) => {
    const dict = { k: '\u0000'.repeat(1000) };
    const bytes = Buffer.byteLength(encodeRecord(dict));
    expect(fits(dict, sizeOf(dict), 'object', bytes - off)).toBe(off === 0);
  });

  it('lets fits() say exactly what the bytes say', () => {
    fc.assert(
      fc.property(
        dict,
        fc.constantFrom(...FORMATS),
        fc.integer({ min: -6, max: 400 }),
        (dict, format, off) => {
          const bytes = bytesOf([encodeRecord(dict)], format);
          const size = sizeOf(dict);
          // Near the bytes, near the size, near its bound, and anywhere.
          for (const limit of [bytes + (off % 4), bytes - 1, bytes, size + off, size * 6 + off, off]) {
            expect(fits(dict, size, format, limit)).toBe(bytes <= limit);
            const json = encodeRecord(dict);
            expect(fits(json, sizeOf(json), format, limit)).toBe(bytes <= limit);
          }
        },
      ),
      { numRuns },
    );
  });
});
