import { describe, expect, it } from 'vitest';
import { EndpointHealth } from '../../src/account/endpoint-health.js';
import { joinEndpoint } from '../../src/account/known-endpoints.js';
import type { SendResult } from '../../src/types/send-result.js';
import { FakeClock } from '../support/fake-clock.js';

const DELIVERED: SendResult = { outcome: 'delivered', status: 204 };
const BUSY: SendResult = {
  outcome: 'retry',
  cause: 'HTTP 503',
  status: 503,
  detail: '"no healthy upstream"',
};
const refused = (status: number): SendResult => ({
  outcome: 'refused',
  reason: 'refused',
  cause: `HTTP ${status}`,
  status,
});
const SHUT_DOWN: SendResult = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };

function watched(pending = 3) {
  const clock = new FakeClock();
  const told: string[] = [];
  const seconds = (): string => `${clock.now() / 1000} s: `;
  const health = new EndpointHealth(new URL('http://127.0.0.1:9/logs?token=hunter2'), clock, {
    outage: (message) => told.push(`${seconds()}${message}`),
    settings: (message) => told.push(`${seconds()}settings: ${message}`),
  });
  health.join(() => pending);
  return { clock, told, health };
}

describe('an outage', () => {
  it('is told once nothing has got through for 5 s: for how long, why, how many wait; and when it is over', async () => {
    const { clock, told, health } = watched();
    health.heard(DELIVERED);
    await clock.advance(10_000);
    health.heard(BUSY);
    await clock.advance(4999);
    expect(told).toEqual([]);
    await clock.advance(1);
    health.heard(BUSY);
    await clock.advance(27_000);
    health.heard(DELIVERED);
    health.heard(DELIVERED);
    expect(told).toEqual([
      '15 s: http://127.0.0.1:9/logs?*** has let nothing through for 5 s (HTTP 503: "no healthy upstream"); 3 records wait',
      '42 s: http://127.0.0.1:9/logs?*** takes records again, after 32 s; 3 records wait',
    ]);
  });

  it('is told of refusals, too, where those are tried again, after what the settings may have to do with it', async () => {
    const { clock, told, health } = watched();
    health.heard(refused(401), true);
    await clock.advance(5000);
    health.heard(refused(401), true);
    await clock.advance(20_000);
    health.heard(DELIVERED);
    const url = 'http://127.0.0.1:9/logs?***';
    expect(told).toEqual([
      `0 s: settings: ${url} refuses what it is sent (HTTP 401), so nothing is delivered; check the credentials, in the headers or before the @ of the URL; records wait on disk, and are tried again`,
      `5 s: ${url} has let nothing through for 5 s (HTTP 401); 3 records wait`,
      `25 s: ${url} takes records again, after 25 s; 3 records wait`,
    ]);
  });

  it('is none while something gets through, however many attempts fail', async () => {
    const { clock, told, health } = watched();
    for (let second = 0; second < 60; second++) {
      health.heard(BUSY);
      await clock.advance(900);
      health.heard(DELIVERED);
      await clock.advance(100);
    }
    expect(told).toEqual([]);
    expect(health.failingSince).toBeUndefined();
  });

  it('is over when the endpoint has looked at a record, even if it rejects that one', async () => {
    const { clock, told, health } = watched();
    health.heard(BUSY);
    await clock.advance(5000);
    health.heard({ outcome: 'refused', reason: 'rejected', cause: 'HTTP 400', status: 400 });
    expect(told).toHaveLength(2);
  });

  it('is told at most once a minute, with its end, and as it is then', async () => {
    const { clock, told, health } = watched();
    for (let cycle = 0; cycle < 12; cycle++) {
      health.heard(BUSY);
      await clock.advance(8000);
      health.heard(DELIVERED);
      await clock.advance(2000);
    }
    const outages = told.filter((line) => line.includes('let nothing through'));
    expect(outages.map((line) => line.split(':')[0])).toEqual(['5 s', '65 s']);
    expect(told).toHaveLength(4);
  });

  it('that goes on past the minute after another one is told then, with its true length', async () => {
    const { clock, told, health } = watched();
    health.heard(BUSY);
    await clock.advance(8000);
    health.heard(DELIVERED);
    await clock.advance(2000);
    health.heard(BUSY);
    await clock.advance(60_000);
    expect(told[2]).toMatch(/^65 s: .* for 55 s /);
    expect(told).toHaveLength(3);
  });

  it("is nobody's affair where nothing waits", async () => {
    const { clock, told, health } = watched(0);
    health.heard(BUSY);
    await clock.advance(600_000);
    expect(told).toEqual([]);
    expect(clock.nextAt).toBeUndefined();
  });

  it('is no longer told when nobody uses the endpoint any more', async () => {
    const clock = new FakeClock();
    const told: string[] = [];
    const tell = (message: string): void => void told.push(message);
    const health = new EndpointHealth(new URL('http://127.0.0.1:9/'), clock, {
      outage: tell,
      settings: tell,
    });
    const pending = (): number => 1;
    health.join(pending);
    health.heard(BUSY);
    health.leave(pending);
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('has a beginning, which anybody can ask for while it lasts', async () => {
    const { clock, health } = watched();
    expect([health.failingSince, health.failingSeconds]).toEqual([undefined, 0]);
    await clock.advance(1000);
    health.heard(BUSY);
    await clock.advance(2000);
    health.heard(BUSY);
    expect([health.failingSince, health.failingSeconds]).toEqual(['2026-01-01T00:00:01.000Z', 2]);
    health.heard(SHUT_DOWN); // says nothing of the endpoint
    expect(health.failingSince).toBeDefined();
    health.heard(DELIVERED);
    expect(health.failingSince).toBeUndefined();
  });

  it('has no beginning any more where nothing waits, as nobody tries; a refusal stays one', () => {
    const { health } = watched(0);
    health.heard(BUSY);
    expect([health.failingSince, health.failingSeconds]).toEqual([undefined, 0]);
    health.heard(refused(401));
    expect(health.failingSince).toBe('2026-01-01T00:00:00.000Z');
  });
});

describe('a refusal before anything was delivered', () => {
  it.each<[status: number, advice: string]>([
    [401, 'check the credentials, in the headers or before the @ of the URL'],
    [403, 'check the credentials, in the headers or before the @ of the URL'],
    [404, 'check the path of the URL'],
    [405, 'check the path of the URL'],
    [302, 'check the URL: only 307 and 308 are followed, and never from https: to http:'],
    [415, 'check the format, and the content type if the headers have one'],
    [402, 'check the URL and the headers'],
  ])('%i is told at once, and once, with advice', async (status, advice) => {
    const { clock, told, health } = watched();
    for (let index = 0; index < 100; index++) health.heard(refused(status));
    await clock.advance(0);
    expect(told).toEqual([
      `0 s: settings: http://127.0.0.1:9/logs?*** refuses what it is sent (HTTP ${status}), so nothing is delivered; ${advice}`,
    ]);
    await clock.advance(600_000);
    expect(told).toHaveLength(1); // what is refused does not wait
    expect(health.failingSince).toBeDefined();
  });

  it('is told after an outage, too, but not where the settings have worked', async () => {
    const { clock, told, health } = watched();
    health.heard(DELIVERED);
    health.heard(refused(401));
    await clock.advance(0);
    expect(told).toEqual([]);
    const other = watched();
    other.health.heard(BUSY);
    other.health.heard(refused(401));
    await other.clock.advance(0);
    expect(other.told).toHaveLength(1);
  });
});

it('a page for browsers that counts as delivered is told at once, and once', async () => {
  const { clock, told, health } = watched();
  for (let index = 0; index < 9; index++) health.heard({ ...DELIVERED, status: 200, detail: '"Sign in"' });
  await clock.advance(0);
  expect(told).toEqual([
    '0 s: settings: http://127.0.0.1:9/logs?*** answers with a page for browsers, "Sign in": what it takes counts as delivered; check whether it is the right URL',
  ]);
});

it('all that send to one URL share its health, until the last of them leaves', () => {
  const clock = new FakeClock();
  const join = (url: string) => joinEndpoint(new URL(url), clock, () => 1);
  const [one, two] = [join('http://127.0.0.1:9/a'), join('http://127.0.0.1:9/a')];
  expect(two.health).toBe(one.health);
  expect(join('http://127.0.0.1:9/b').health).not.toBe(one.health);
  one.leave();
  expect(join('http://127.0.0.1:9/a').health).toBe(one.health);
});
