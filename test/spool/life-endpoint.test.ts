import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { type Life, openLife, takeOverDead } from '../../src/spool/life.js';
import { lifeEndpoint, OtherEndpoints } from '../../src/spool/life-endpoint.js';
import type { FoundLife } from '../../src/spool/lives.js';
import { readOwner } from '../../src/spool/owner.js';
import { Receiver } from '../support/receiver.js';
import { segmentOf } from '../support/segments.js';
import { tempDirectory } from '../support/spool.js';

const clock = { wallNow: () => 0 };
const endpointOf = (url: string) => lifeEndpoint(new URL(url));
const A = 'https://a.example/logs?key=secret-a';
const B = 'https://a.example/logs?key=secret-b';

/** A life that is over, with records for an endpoint. */
function leave(directory: string, ids: readonly number[], url?: string): Life {
  const life = openLife(directory, clock, url === undefined ? undefined : endpointOf(url));
  segmentOf(life, ids);
  life.close();
  return life;
}

describe('what a dead process left for an endpoint', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['goes to that', A, A, true],
    ['goes to no other, which differs by its query alone', A, B, false],
    ['may be for any, where nothing is known of it', undefined, B, true],
  ])('%s', async (_, left, taker, isTaken) => {
    using directory = tempDirectory();
    const { id } = leave(directory.path, [1], left);
    const own = openLife(directory.path, clock, endpointOf(taker));
    const others: FoundLife[] = [];
    const taken = await takeOverDead(directory.path, own, endpointOf(taker), (all) => others.push(...all));
    expect(taken.map((life) => life.id)).toEqual(isTaken ? [id] : []);
    expect(others.map((life) => life.id)).toEqual(isTaken ? [] : [id]);
    for (const life of [...taken, own]) life.close();
  });

  it('is sent to it by a logger that has it, and not by one beside that', async () => {
    using directory = tempDirectory();
    await using first = await Receiver.start();
    await using second = await Receiver.start();
    leave(directory.path, [1, 2], first.url);
    leave(directory.path, [3], second.url);
    const [one, other] = [first, second].map(({ url }) => createRemoteLogger({ url, spool: directory.path }));
    await Promise.all([first.received(2), second.received(1)]);
    await Promise.all([one?.shutdown(), other?.shutdown()]);
    const idsAt = ({ records }: Receiver): unknown[] => records.map(({ id }) => id).sort();
    expect([idsAt(first), idsAt(second)]).toEqual([[1, 2], [3]]);
  });

  it('is told once, when nobody has taken it over by the next look, with no secret', () => {
    using directory = tempDirectory();
    const [first, second] = [leave(directory.path, [1], A), leave(directory.path, [2], A)];
    const found = ({ id, path }: Life): FoundLife => ({ id, path, takenBy: undefined, state: 'dead' });
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const others = new OtherEndpoints('/spool');
    others.saw([found(first)]);
    others.saw([found(second)]);
    expect(warn).not.toHaveBeenCalled();
    others.saw([found(second)]);
    others.saw([found(second)]);
    expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringMatching(
        /^otel-remote-logger: \/spool holds records .* https:\/\/a\.example\/logs\?\*\*\*; .* --send <url> delivers them$/,
      ),
    ]);
    expect(JSON.stringify(readOwner(first.path))).not.toContain('secret');
  });
});
