import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Child, type ChildOptions } from '../support/child.js';
import { CONTAINER, hasContainers } from '../support/container.js';
import { Receiver } from '../support/receiver.js';
import { leaveSegment } from '../support/segments.js';

let directory: string;
const children: Child[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  rmSync(directory, { recursive: true });
});

/** A process that has the spool, and is about to log records with these ids. */
function started(url: string, ids: readonly number[], options: ChildOptions = {}): Child {
  const retry = { initialDelayMillis: 10, maxDelayMillis: 50 };
  const child = new Child('spool-process', { args: [{ url, retry, spool: directory }, ids], ...options });
  children.push(child);
  return child;
}

async function logged(child: Child): Promise<void> {
  child.endStdin();
  await child.said('logged');
}

async function killed(child: Child): Promise<void> {
  child.kill('SIGKILL');
  await child.ended;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);
const idsOf = ({ records }: Receiver): number[] => records.map(({ id }) => Number(id)).sort((a, b) => a - b);

describe('what dead processes left', () => {
  it('is delivered once, by eight that start at the same moment over thirty of them', async () => {
    await using receiver = await Receiver.start();
    for (let life = 0; life < 30; life++) leaveSegment(directory, numbers(10 * life, 10 * life + 10));
    const takers = numbers(0, 8).map((taker) => started(receiver.url, [300 + taker]));
    await Promise.all(takers.map((taker) => taker.said('ready')));
    await Promise.all(takers.map(logged));
    await receiver.received(308);
    expect(idsOf(receiver)).toEqual(numbers(0, 308));
    await Promise.all(takers.map(killed));
    // All of it was settled, or is sent again with its key; nothing else is there.
    const last = started(receiver.url, []);
    await logged(last);
    await expect.poll(() => readdirSync(directory).length, { timeout: 20_000 }).toBe(1);
    expect([...new Set(idsOf(receiver))]).toEqual(numbers(0, 308));
    const keys = receiver.requests.map(({ headers, body }) => `${headers['idempotency-key']} ${body}`);
    expect(new Set(keys).size).toBe(308);
  });
});

describe('what living processes have', () => {
  it('is left to them, also while they are stopped', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    const owner = started(receiver.url, [1, 2, 3]);
    await logged(owner);
    await receiver.received(1);
    owner.kill('SIGSTOP');
    receiver.otherwise(204);
    const before = receiver.requests.length; // one that was under way when it was stopped is answered now
    const other = started(receiver.url, [4]);
    await logged(other);
    await expect.poll(() => idsOf(receiver).includes(4), { timeout: 20_000 }).toBe(true);
    // It has looked at its start, and both have their folders.
    expect(readdirSync(directory).filter((name) => /^[0-9a-f]{12}$/.test(name))).toHaveLength(2);
    owner.kill('SIGCONT');
    const delivered = () => new Set(receiver.requests.slice(before).map(({ body }) => JSON.parse(body).id));
    await expect.poll(() => [...delivered()].sort(), { timeout: 20_000 }).toEqual([1, 2, 3, 4]);
  });

  it.runIf(hasContainers)('is left to them by another that is pid 1 on the same host', async () => {
    await using receiver = await Receiver.start();
    const container = { within: CONTAINER };
    const [first, second] = [started(receiver.url, [1], container), started(receiver.url, [2], container)];
    await Promise.all([first, second].map(logged));
    const names = readdirSync(directory);
    expect(names.filter((name) => /^[0-9a-f]{12}$/.test(name))).toHaveLength(2);
    await killed(first);
    // Without a network of its own, so it delivers for both that have none.
    const third = started(receiver.url, [3]);
    await logged(third);
    await receiver.received(2);
    expect(idsOf(receiver)).toEqual([1, 3]);
    await killed(second);
    await killed(third);
    await logged(started(receiver.url, []));
    await expect.poll(() => [...new Set(idsOf(receiver))], { timeout: 20_000 }).toEqual([1, 2, 3]);
  });
});
