import { describe, expect, it, vi } from 'vitest';
import { LossReport } from '../../src/account/loss-report.js';
import type { Loss, ToldLoss } from '../../src/types/account.js';
import { FakeClock, turn } from '../support/fake-clock.js';

const queueFull: ToldLoss = { kind: 'dropped', reason: 'queue_full', count: 1, sample: () => undefined };
const refused: ToldLoss = {
  kind: 'failed',
  reason: 'refused',
  count: 3,
  cause: 'HTTP 401',
  sample: () => undefined,
};

describe('LossReport', () => {
  it('warns at the first loss, then at most once a minute with how many, why and since when', async () => {
    const clock = new FakeClock();
    const warnings: string[] = [];
    const report = new LossReport(undefined, clock, (message) => warnings.push(message));
    report.add(queueFull);
    report.add(queueFull);
    await clock.advance(0);
    expect(warnings).toEqual(['2 records lost since 2026-01-01T00:00:00.000Z: 2 dropped: queue_full']);
    await clock.advance(10_000);
    for (let index = 0; index < 100; index++) report.add(queueFull);
    report.add(refused);
    await clock.advance(49_999);
    expect(warnings).toHaveLength(1);
    await clock.advance(1);
    expect(warnings.slice(1)).toEqual([
      '103 records lost since 2026-01-01T00:00:10.000Z: 100 dropped: queue_full, 3 failed: refused (HTTP 401)',
    ]);
    await clock.advance(60_000);
    expect(warnings).toHaveLength(2);
    report.add({ ...queueFull });
    await clock.advance(0);
    expect(warnings[2]).toBe('1 record lost since 2026-01-01T00:02:00.000Z: 1 dropped: queue_full');
  });

  it('tells a listener, and warns of nothing, where the application drops on purpose', async () => {
    const clock = new FakeClock();
    const [onDrop, warn] = [vi.fn(), vi.fn()];
    const report = new LossReport(onDrop, clock, warn);
    report.add({ ...queueFull, reason: 'filtered' });
    await clock.advance(60_000);
    expect(onDrop).toHaveBeenCalledWith({ reason: 'filtered', count: 1, sample: undefined });
    expect(warn).not.toHaveBeenCalled();
    report.add({ ...queueFull, reason: 'filter_failed', detail: 'beforeSend threw' });
    await clock.advance(0);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('1 dropped: filter_failed (beforeSend threw)'));
  });

  it('says where they were sent, and of what is told of each the first, without the rest of a URL', async () => {
    const clock = new FakeClock();
    const warnings: string[] = [];
    const endpoint = new URL('http://127.0.0.1:9/logs?token=hunter2');
    const report = new LossReport(undefined, clock, (message) => warnings.push(message), endpoint);
    report.add({ ...refused, detail: '"no such table, id 1"' });
    report.add({ ...refused, detail: '"no such table, id 2"' });
    await clock.advance(0);
    report.add(queueFull);
    await clock.advance(60_000);
    expect(warnings).toEqual([
      '6 records lost since 2026-01-01T00:00:00.000Z: 6 failed: refused (HTTP 401: "no such table, id 1"); endpoint: http://127.0.0.1:9/logs?***',
      '1 record lost since 2026-01-01T00:00:00.000Z: 1 dropped: queue_full',
    ]);
  });

  it('shares its warnings with all that lose records on the way to the same endpoint', async () => {
    const clock = new FakeClock();
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const endpoint = new URL('http://127.0.0.1:9/shared');
    const reports = Array.from({ length: 10 }, () => new LossReport(undefined, clock, undefined, endpoint));
    for (const report of reports) report.add(refused);
    await clock.advance(0);
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('30 records lost'), {
      code: 'REMOTE_LOGGER_LOSS',
    });
    for (const report of reports) report.end();
    emitWarning.mockRestore();
  });

  it('tells the listener of each loss, and survives one that throws', () => {
    const told: Loss[] = [];
    const report = new LossReport(
      (loss) => {
        told.push(loss);
        throw new Error('not mine');
      },
      new FakeClock(),
      () => {},
    );
    report.add({ ...queueFull, sample: () => ({ a: 1 }) });
    report.add(refused);
    expect(told).toEqual([
      { reason: 'queue_full', count: 1, sample: { a: 1 } },
      { reason: 'refused', count: 3, sample: undefined },
    ]);
  });

  it('survives a listener that rejects, and makes no sample where nobody listens', async () => {
    const report = new LossReport(
      async () => {
        throw new Error('not mine');
      },
      new FakeClock(),
      () => {},
    );
    report.add(queueFull);
    await turn(); // an unhandled rejection would fail the run
    new LossReport(undefined, new FakeClock(), () => {}).add({
      ...queueFull,
      sample: () => {
        throw new Error('made');
      },
    });
  });
});
