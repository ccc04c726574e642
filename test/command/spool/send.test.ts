import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../src/command/command.js';
import { send } from '../../../src/command/spool/send.js';
import { idempotencyKey } from '../../../src/sender/idempotency-key.js';
import { openLife } from '../../../src/spool/life.js';
import { lifeEndpoint } from '../../../src/spool/life-endpoint.js';
import { rangeLine } from '../../../src/spool/settled-file.js';
import { Receiver } from '../../support/receiver.js';
import { leaveSegment, PREFIX, segmentOf } from '../../support/segments.js';
import { Text } from '../../support/text.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

async function run(url: string): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = await runCommand(['spool', directory, '--send', url], { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

const idsOf = ({ records }: Receiver): unknown[] => records.map(({ id }) => id).sort();

describe('--send', () => {
  it('delivers what the dead left, with the keys that it had, and leaves the living alone', async () => {
    await using receiver = await Receiver.start();
    const living = openLife(directory, { wallNow: Date.now });
    segmentOf(living, [1, 2]);
    leaveSegment(directory, [3, 4, 5], rangeLine('settled', 0, 1));
    leaveSegment(directory, [6]);
    expect(await run(receiver.url)).toEqual({ code: 0, out: '3 records taken over, 3 delivered\n', err: '' });
    expect(idsOf(receiver)).toEqual([4, 5, 6]);
    const keyOf = (position: number, count: number): string => idempotencyKey(PREFIX, position, count);
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key']).sort();
    expect(keys).toEqual([keyOf(0, 1), keyOf(1, 1), keyOf(2, 1)].sort());
    expect(readdirSync(directory)).toEqual([living.id]);
    living.close();
  });

  it('delivers what was for another endpoint: a person has said where it goes', async () => {
    await using receiver = await Receiver.start();
    const life = openLife(
      directory,
      { wallNow: Date.now },
      lifeEndpoint(new URL('https://old.example/logs')),
    );
    segmentOf(life, [1]);
    life.close();
    expect(await run(receiver.url)).toMatchObject({ code: 0, out: '1 record taken over, 1 delivered\n' });
    expect(idsOf(receiver)).toEqual([1]);
  });

  it('follows the variables', async () => {
    vi.stubEnv('REMOTE_LOGGER_FORMAT', 'ndjson');
    vi.stubEnv('REMOTE_LOGGER_HEADERS', 'x-key=a');
    await using receiver = await Receiver.start();
    leaveSegment(directory, [1, 2, 3]);
    expect(await run(receiver.url)).toMatchObject({ code: 0 });
    expect(receiver.requests.map(({ headers }) => headers['x-key'])).toEqual(['a']);
    expect(idsOf(receiver)).toEqual([1, 2, 3]);
  });

  it('has nothing to do where nothing waits', async () => {
    expect(await run('http://127.0.0.1:9/')).toEqual({
      code: 0,
      out: '0 records taken over, 0 delivered\n',
      err: '',
    });
  });

  it('tries again', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503, (_request, response) => response.destroy());
    leaveSegment(directory, [1, 2]);
    expect(await run(receiver.url)).toMatchObject({ code: 0 });
    expect([...new Set(idsOf(receiver))]).toEqual([1, 2]);
  });

  it('says what was rejected, and what is damaged', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 400);
    const file = leaveSegment(directory, [1, 2, 3]);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"id":2', '"id":7'));
    const { code, out } = await run(receiver.url);
    expect(code).toBe(1);
    expect(out).toMatch(/^3 records taken over, 1 delivered, 1 failed \(\w+\), 1 failed \(\w+\)\n$/);
  });

  it('leaves the rest where nothing gets through, to be sent later', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    leaveSegment(directory, [1, 2]);
    const out = new Text();
    expect(await send(directory, receiver.url, out, 500)).toBe(false);
    expect(out.text).toBe('2 records taken over, 0 delivered, 2 left\n');
    // Another one, as an attempt of the first may still be on its way.
    await using later = await Receiver.start();
    expect(await run(later.url)).toMatchObject({ code: 0, out: '2 records taken over, 2 delivered\n' });
    expect(idsOf(later)).toEqual([1, 2]);
  });

  it.each([
    ['', '""'],
    ['logs.example.com', '"logs.example.com"'],
    ['ftp://user:secret@127.0.0.1/', '"ftp://***@127.0.0.1/"'],
  ])('says that "%s" is no URL', async (url, shown) => {
    expect(await run(url)).toEqual({
      code: 2,
      out: '',
      err: `otel-remote-logger: --send must be an absolute http: or https: URL, got ${shown}\nTry \`otel-remote-logger --help\`.\n`,
    });
  });

  it('says when nothing is ever sent', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    leaveSegment(directory, [1]);
    expect(await run('http://127.0.0.1:9/')).toMatchObject({
      code: 1,
      err: 'otel-remote-logger: OTEL_SDK_DISABLED is set, so nothing is sent\n',
    });
  });
});
