import { describe, expect, it } from 'vitest';
import { loadPatiently } from '../../src/runtime/load.js';
import { FakeClock } from '../support/fake-clock.js';

const NO_DESCRIPTORS = Object.assign(new Error('EMFILE: too many open files'), { errno: -24 });

/** Loads as the test says, each time. */
function setup(isWanted = () => true) {
  const clock = new FakeClock();
  let loads = 0;
  let [load, fail] = [(_: string): void => {}, (_: Error): void => {}];
  const once = (): Promise<string> => {
    loads++;
    return new Promise((resolve, reject) => {
      [load, fail] = [resolve, reject];
    });
  };
  const loading = loadPatiently(once, { clock, maxElapsedMillis: 10_000, isWanted });
  loading.catch(() => {});
  return {
    clock,
    loading,
    load: (what: string) => load(what),
    fail: (error: Error) => fail(error),
    loads: () => loads,
  };
}

describe('what takes files to load', () => {
  it('is loaded again after a fault of the system, after longer and longer pauses', async () => {
    const { clock, loading, load, fail, loads } = setup();
    for (let failures = 1; failures <= 4; failures++) {
      fail(NO_DESCRIPTORS);
      await clock.advance(0);
      expect(loads()).toBe(failures);
      await clock.advance((clock.nextAt ?? Number.NaN) - clock.now());
    }
    expect(clock.now()).toBe(50 + 100 + 200 + 400);
    load('loaded');
    expect(await loading).toBe('loaded');
    expect(loads()).toBe(5);
  });

  it('is given up when the faults go on for longer than a retry may', async () => {
    const { clock, loading, fail } = setup();
    for (let turns = 0; turns < 100 && clock.now() <= 10_000; turns++) {
      fail(NO_DESCRIPTORS);
      await clock.advance(1000);
    }
    await expect(loading).rejects.toThrow('EMFILE: too many open files');
  });

  it.each([
    ['a package is missing', new Error('no such package'), () => true],
    ['nobody wants it any more', NO_DESCRIPTORS, () => false],
  ])('is given up at once where %s', async (_, error, isWanted) => {
    const { loading, fail, loads } = setup(isWanted);
    fail(error);
    await expect(loading).rejects.toBe(error);
    expect(loads()).toBe(1);
  });
});
