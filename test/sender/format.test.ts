import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/record/encode-record.js';
import {
  bodyOf,
  contentTypeOf,
  parseRecord,
  recordBytesWithin,
  separatorOf,
} from '../../src/sender/format.js';
import type { Format } from '../../src/types/options.js';
import { dict } from '../support/any-dict.js';
import { chunkOf } from '../support/chunks.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

const FORMATS: readonly Format[] = ['object', 'ndjson', 'array'];

const bodyOfAll = (records: readonly string[], format: Format): string =>
  bodyOf(chunkOf(records, separatorOf(format)).slice(0, records.length), format).toString();

describe('a body', () => {
  const records = [{ a: 1 }, { b: 'x\ny' }].map((dict) => encodeRecord(dict));
  it.each([
    { format: 'object', contentType: 'application/json', body: '{"a":1}', of: records.slice(0, 1) },
    { format: 'ndjson', contentType: 'application/x-ndjson', body: '{"a":1}\n{"b":"x\\ny"}', of: records },
    { format: 'array', contentType: 'application/json', body: '[{"a":1},{"b":"x\\ny"}]', of: records },
    { format: 'array', contentType: 'application/json', body: '[{"a":1}]', of: records.slice(0, 1) },
  ] as const)('in $format is $body', ({ format, contentType, body, of }) => {
    expect(bodyOfAll(of, format)).toBe(body);
    expect(contentTypeOf(format)).toBe(contentType);
  });

  it('never ends in a newline', () => {
    fc.assert(
      fc.property(
        fc.array(dict, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...FORMATS),
        (dicts, format) => {
          const records = dicts.map((dict) => encodeRecord(dict));
          expect(bodyOfAll(records, format)).toMatch(/[}\]]$/);
          if (format === 'ndjson') expect(bodyOfAll(records, format).split('\n')).toEqual(records);
        },
      ),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });

  it('has the bytes that are told before it is made', () => {
    fc.assert(
      fc.property(
        fc.array(dict, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...FORMATS),
        (dicts, format) => {
          const records = dicts.map((dict) => encodeRecord(dict));
          const { length } = chunkOf(records).slice(0, records.length);
          expect(recordBytesWithin(Buffer.byteLength(bodyOfAll(records, format)), format)).toBe(length);
        },
      ),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });
});

describe('a record', () => {
  it('is its fields again, from its bytes', () => {
    expect(parseRecord(Buffer.from('{"k":"你🎉"}'))).toEqual({ k: '你🎉' });
  });
});
