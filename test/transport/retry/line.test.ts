import { describe, expect, it } from 'vitest';
import { Line } from '../../../src/transport/retry/line.js';
import { Sending } from '../../../src/transport/retry/sending.js';
import { DELIVERED, payload } from '../../support/fake-transport.js';

const sendingOf = (failures: number): Sending => {
  const sending = new Sending(payload(), () => {});
  sending.failures = failures;
  return sending;
};

function setup() {
  const draw = { value: 0.5 };
  const line = new Line(() => draw.value);
  const fresh = [sendingOf(0), sendingOf(0), sendingOf(0)] as const;
  const failed = [sendingOf(1), sendingOf(2)] as const;
  for (const sending of [...failed, ...fresh]) line.push(sending);
  return { draw, line, fresh, failed };
}

describe('the line', () => {
  it('lets those first that have not failed, in the order in which they came', () => {
    const { line, fresh, failed } = setup();
    const taken = fresh.map(() => line.shift());
    expect(taken).toEqual(fresh);
    expect([line.shift(), line.shift()]).toEqual(failed);
    expect(line.hasNext()).toBe(false);
  });

  it('gives a tenth of the attempts to those that have', () => {
    const { draw, line, fresh, failed } = setup();
    draw.value = 0.09;
    expect(line.shift()).toBe(failed[0]);
    draw.value = 0.11;
    expect(line.shift()).toBe(fresh[0]);
  });

  it('has the last one probe that came and has not failed, and one that has where there is no other', () => {
    const { line, fresh, failed } = setup();
    fresh[2].settle(DELIVERED);
    expect([line.shiftProbe(), line.shiftProbe(), line.shiftProbe()]).toEqual([
      fresh[1],
      fresh[0],
      failed[0],
    ]);
  });

  it('passes over those that are settled', () => {
    const { line, fresh, failed } = setup();
    for (const sending of [fresh[0], failed[0], failed[1]]) sending.settle(DELIVERED);
    expect(line.hasNext()).toBe(true);
    expect(line.shift()).toBe(fresh[1]);
    fresh[2].settle(DELIVERED);
    expect(line.hasNext()).toBe(false);
  });

  it('knows all that are in it, and gives them back', () => {
    const { line, fresh, failed } = setup();
    expect([...line]).toEqual([...fresh, ...failed]);
    expect(line.clear()).toEqual([...fresh, ...failed]);
    expect([...line]).toEqual([]);
  });
});
