import fc from 'fast-check';
import { flatten } from '../../src/record/flatten.js';
import type { FlatDict, Scalar } from '../../src/types/json.js';

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

export const dict: fc.Arbitrary<FlatDict> = fc
  .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), scalar), { maxLength: 8 })
  .map((entries) => flatten(new Map(entries)));
