import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cuts } from '../../src/queue/cuts.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);
const none = (): boolean => false;

describe('cuts of a segment', () => {
  it('give a range out again as it was', () => {
    const cuts = new Cuts();
    cuts.add({ from: 0, to: 5 });
    cuts.add({ from: 5, to: 12 });
    expect([cuts.endOfPart(0, none), cuts.endOfPart(5, none), cuts.endOfPart(12, none)]).toEqual([
      5,
      12,
      undefined,
    ]);
  });

  it('have new ranges end where a known one begins', () => {
    const cuts = new Cuts([{ from: 4, to: 6 }]);
    expect([cuts.endOfRoom(0), cuts.endOfRoom(6)]).toEqual([4, Number.POSITIVE_INFINITY]);
    cuts.add({ from: 0, to: 4 });
    cuts.add({ from: 6, to: 9 });
    expect([0, 4, 6].map((index) => cuts.endOfPart(index, none))).toEqual([4, 6, 9]);
  });

  it('give out what is left of a range in the halves that a sender makes of it', () => {
    const cuts = new Cuts([{ from: 0, to: 100 }]);
    const isSettled = (index: number): boolean => index >= 50 && index < 75;
    expect([cuts.endOfPart(0, isSettled), cuts.endOfPart(75, isSettled)]).toEqual([50, 100]);
  });

  it('give out halves of halves only, whatever is settled', () => {
    /** All ranges that a sender can make of one. */
    const halvesOf = (from: number, to: number): string[] => {
      const middle = from + ((to - from) >> 1);
      const rest = to - from > 1 ? [...halvesOf(from, middle), ...halvesOf(middle, to)] : [];
      return [`${from}-${to}`, ...rest];
    };
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.nat(10), (settled, first) => {
        const cuts = new Cuts([{ from: first, to: first + settled.length }]);
        const isSettled = (index: number): boolean => settled[index - first] ?? false;
        const known = halvesOf(first, first + settled.length);
        for (let from = first; from < first + settled.length; ) {
          if (isSettled(from)) {
            from++;
            continue;
          }
          const to = cuts.endOfPart(from, isSettled) ?? from;
          expect(known).toContain(`${from}-${to}`);
          for (let index = from; index < to; index++) expect(isSettled(index)).toBe(false);
          from = to;
        }
      }),
      { numRuns },
    );
  });
});
