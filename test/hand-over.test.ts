import { describe, expect, it } from 'vitest';
import { ENCODING_CHARACTERS, HandOver } from '../src/hand-over.js';
import type { Format } from '../src/options.js';

function setup(format: Format, maxPayloadBytes = 1_000_000) {
  const delivered: [count: number, charged: number][] = [];
  const handOver = new HandOver({ format, maxPayloadBytes }, (records, charged) =>
    delivered.push([records.length, charged]),
  );
  return { handOver, delivered };
}

const LARGE = 'x'.repeat(300_000);

describe('handing over', () => {
  it('tells what the records were charged, each once', () => {
    const { handOver, delivered } = setup('object');
    for (const charged of [1, 2, 3]) expect(handOver.add('{}', charged)).toBe(false);
    handOver.all();
    handOver.add('{}', 4);
    handOver.all();
    handOver.all(); // there is nothing left
    expect(delivered).toEqual([
      [3, 6],
      [1, 4],
    ]);
  });

  it('asks for a turn after a slice, and hands over then what makes a payload', () => {
    const { handOver, delivered } = setup('ndjson', 500_000);
    expect(handOver.add(LARGE, 1)).toBe(true);
    expect(delivered).toEqual([]);
    expect(handOver.add('{}', 1)).toBe(false);
    expect(handOver.add(LARGE, 1)).toBe(true);
    expect(delivered).toEqual([[3, 3]]);
  });

  it('hands each slice over where a record is a payload', () => {
    const { handOver, delivered } = setup('object');
    handOver.add(LARGE, 1);
    expect(delivered).toEqual([[1, 1]]);
  });

  it('asks for a turn sooner when making the text was work', () => {
    const { handOver } = setup('object');
    const turnAfter = (work: number): number => {
      for (let count = 1; ; count++) if (handOver.add('{}', 1, work)) return count;
    };
    const [asText, asWork] = [turnAfter(0), turnAfter(ENCODING_CHARACTERS)];
    expect(asText).toBeLessThan(5000); // however small they are
    expect(asText).toBeGreaterThan(4 * asWork);
  });
});
