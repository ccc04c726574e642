import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withBytesOf } from '../../src/queue/scratch.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

/** The text that was given, or -1. */
function given(text: string, most: number): string | number {
  let known: string | undefined;
  const result = withBytesOf(text, most, (bytes) => {
    known = bytes.toString();
    return bytes.length;
  });
  return known === undefined ? result : known;
}

const unit = fc.constantFrom('a', '"', 'é', '\u07ff', '✓', '\uffff', '😀', '\n');
const anyText = fc.array(unit, { maxLength: 40 }).map((units) => units.join(''));

describe('the bytes of a text', () => {
  it('are given where they are no more than they may be', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: -1, max: 130 }), (text, most) => {
        const bytes = Buffer.byteLength(text);
        expect(given(text, most)).toBe(bytes <= most ? text : -1);
      }),
      { numRuns },
    );
  });

  it.each(['a', 'é', '✓', '😀'])('are known to a byte where many are missing: %s', (character) => {
    const text = character.repeat(100_000);
    const bytes = Buffer.byteLength(text);
    for (const most of [bytes - 1, bytes / 2, text.length]) {
      expect(given(text, most)).toBe(most < bytes ? -1 : text);
    }
    expect(given(text, bytes)).toBe(text);
  });

  it('are given where the text is larger than the memory that is kept', () => {
    const text = '✓'.repeat(2_000_000);
    expect(given(text, 1e9)).toBe(text);
    expect(given('short', 1e9)).toBe('short');
  });

  it('stay as they are while those of another text are made', () => {
    const result = withBytesOf('"one"', 1000, (bytes) => {
      expect(given('"another"', 1000)).toBe('"another"');
      expect(bytes.toString()).toBe('"one"');
      return 7;
    });
    expect(result).toBe(7);
  });
});
