import { describe, expect, it } from 'vitest';
import { AwakeTime } from '../../src/runtime/awake-time.js';

/** Time that is watched from 1000 on, with a beat at each of the given moments. */
function watched(...beats: number[]): AwakeTime {
  const time = new AwakeTime();
  time.watch(1000);
  for (const at of beats) time.beat(at);
  return time;
}

describe('the time in which a process ran', () => {
  it.each<[what: string, beats: number[], real: number, awake: number, wentOnAt: number]>([
    ['is real time while beats come', [1200, 1400, 1650], 1700, 1700, -Infinity],
    ['goes on between two beats', [1200], 1650, 1650, -Infinity],
    ['has a long turn in it', [1200, 1700], 1700, 1700, -Infinity],
    ['has no more than a long turn of a stall in it, before it is over', [1200], 61_200, 1700, 1700],
    ['has no more of a stall in it, when it is over', [1200, 61_200], 61_200, 1700, 1700],
    ['goes on after a stall', [1200, 61_200, 61_400], 61_500, 2000, 1700],
    ['goes on where each turn is a stall', [2000, 3000, 4000, 5000], 5000, 3000, 3000],
  ])('%s', (_, beats, real, awake, wentOnAt) => {
    const time = watched(...beats);
    expect(time.at(real)).toBe(awake);
    expect(time.wentOnAt(real)).toBe(wentOnAt);
  });

  it('is real time while nobody looks on, and never goes back', () => {
    const time = watched(1200);
    time.leave(9200); // a stall
    expect(time.isWatched).toBe(false);
    expect(time.at(9200)).toBe(1700);
    expect(time.at(19_200)).toBe(11_700);
    time.watch(19_200);
    expect(time.at(19_300)).toBe(11_800);
  });
});
