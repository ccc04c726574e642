import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/command/command.js';
import { SPOOL_COMMAND } from '../../../src/command/spool/spool-command.js';
import { type Life, openLife, takeOverDead } from '../../../src/spool/life.js';
import { lineOf } from '../../../src/spool/line.js';
import { rangeLine } from '../../../src/spool/settled-file.js';
import { leaveSegment, segmentOf } from '../../support/segments.js';
import { Text } from '../../support/text.js';

let directory: string;
const open: Life[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});

afterEach(() => {
  for (const life of open.splice(0)) life.close();
  rmSync(directory, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = await runCommand(args, { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

function living(): Life {
  const life = openLife(directory, { wallNow: () => 0 });
  open.push(life);
  return life;
}

/** A life that is over, with segments of these ids. */
function dead(...segments: readonly (readonly number[])[]): Life {
  const life = openLife(directory, { wallNow: () => 0 });
  for (const [index, ids] of segments.entries()) segmentOf(life, ids, '', 9 + index);
  life.close();
  return life;
}

const idsIn = (ndjson: string): number[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id);

/** All that can be seen of the files in the directory. */
const snapshot = (): unknown[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { mode, size, mtimeMs, ino } = statSync(join(directory, name));
      return { name, mode, size, mtimeMs, ino };
    });

describe('the command', () => {
  it.each([
    ['no directory', ['spool'], 'spool needs the directory of a spool'],
    ['two directories', ['spool', '/tmp', '/var'], 'spool takes one directory, got 2'],
    [
      'a directory that is not there',
      ['spool', '/nowhere/at/all'],
      'there is no directory /nowhere/at/all (ENOENT)',
    ],
    [
      'a file',
      ['spool', fileURLToPath(import.meta.url)],
      `${fileURLToPath(import.meta.url)} is not a directory`,
    ],
    ['a wrong option', ['spool', '/tmp', '--prnt'], "Unknown option '--prnt'"],
    ['no URL', ['spool', '/tmp', '--send'], "Option '--send <value>' argument missing"],
    ['two wishes', ['spool', '/tmp', '--print', '--send', 'x'], '--print and --send do not go together'],
  ])('says what is wrong with %s', async (_name, args, message) => {
    expect(await run(...args)).toEqual({
      code: 2,
      out: '',
      err: `otel-remote-logger: ${message}\nTry \`otel-remote-logger --help\`.\n`,
    });
  });

  it('says how it is used', async () => {
    expect(await run('spool', '-h')).toEqual({ code: 0, out: SPOOL_COMMAND.usage, err: '' });
  });
});

describe('a look', () => {
  it('says what waits, of the living and of the dead', async () => {
    const alive = living();
    segmentOf(alive, [1, 2, 3], rangeLine('settled', 0, 1));
    const orphan = dead([4], [5]);
    const { code, out, err } = await run('spool', directory);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const owner = `${process.pid} on \\S+, since 1970-01-01T00:00:00.000Z`;
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/: 4 records waiting, 96 bytes, the oldest for \d+ s at the most$/);
    expect(lines[2]).toMatch(/^LIFE +STATE +RECORDS +SIZE +OLDEST +DAMAGED +PROCESS$/);
    expect(lines).toContainEqual(
      expect.stringMatching(`^${alive.id}  alive  2        48 bytes  \\d+ s +0        ${owner}$`),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(`^${orphan.id}  dead   2        48 bytes  \\d+ s +0        ${owner}$`),
    );
  });

  it('says that nothing waits', async () => {
    expect(await run('spool', directory)).toEqual({
      code: 0,
      out: `${directory}: no records wait\n`,
      err: '',
    });
  });

  it('says who has taken over what', async () => {
    const orphan = dead([1]);
    const taker = living();
    await takeOverDead(directory, taker);
    const { out } = await run('spool', directory);
    expect(out).toMatch(new RegExp(`^${orphan.id}  taken over  1 .*; taken over by ${taker.id}$`, 'm'));
  });

  it('counts what is damaged, and only of what waits', async () => {
    const file = leaveSegment(directory, [1, 2, 3, 4, 5], rangeLine('settled', 0, 2));
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"id":1', '"id":8').replace('"id":4', '"id":9'));
    truncateSync(file, Buffer.byteLength(text) - 5);
    const { code, out } = await run('spool', directory);
    expect(code).toBe(1);
    expect(out).toMatch(/: 1 record waiting, .*, 2 damaged$/m);
  });

  it('says what can not be read, and what is kept aside', async () => {
    writeFileSync(leaveSegment(directory, [1]), lineOf('otel-remote-logger-spool 9 x 0 object'));
    mkdirSync(join(dead([1]).path, '00000001.log'));
    mkdirSync(join(directory, 'damaged'));
    writeFileSync(join(directory, 'damaged', 'x.log'), '');
    const { code, out } = await run('spool', directory);
    expect(code).toBe(1);
    expect(out).toMatch(/: 1 record waiting, .*, 2 files that can't be read$/m);
    expect(out).toContain(`\n1 damaged file kept in ${directory}/damaged\n`);
  });
});

describe('--print', () => {
  it('writes what waits, and nothing else', async () => {
    segmentOf(living(), [1, 2, 3], rangeLine('settled', 1, 2));
    const ids = [10, 11, 12, 13];
    dead(ids.slice(0, 2), ids.slice(2));
    const { code, out, err } = await run('spool', directory, '--print');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(idsIn(out).sort((a, b) => a - b)).toEqual([1, 3, ...ids]);
    expect(idsIn(out).filter((id) => id >= 10)).toEqual(ids);
    expect(out).toContain('{"id":1,"text":"schön"}\n');
  });

  it('says what it could not read', async () => {
    const file = leaveSegment(directory, [1, 2, 3]);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"id":2', '"id":7'));
    const { code, out, err } = await run('spool', directory, '--print');
    expect({ code, err }).toEqual({ code: 1, err: `otel-remote-logger: ${file}: 1 damaged\n` });
    expect(idsIn(out)).toEqual([1, 3]);
  });

  it('says why, and goes on with the rest', async () => {
    const file = leaveSegment(directory, [1]);
    writeFileSync(file, lineOf('otel-remote-logger-spool 9 x 0 object'));
    const orphan = dead([2]);
    mkdirSync(join(orphan.path, '00000001.log'));
    const { code, out, err } = await run('spool', directory, '--print');
    expect({ code, ids: idsIn(out) }).toEqual({ code: 1, ids: [2] });
    expect(err).toContain(
      `otel-remote-logger: ${file} can't be read: another version of this package wrote it\n`,
    );
    expect(err).toContain(`otel-remote-logger: ${orphan.path}/00000001.log can't be read: EISDIR\n`);
  });

  it.each([
    ['is read to the end', 'cat', 5000],
    ['is closed early', 'head -n 3', 3],
  ])('ends well where its output %s', async (_name, reader, count) => {
    for (let number = 0; number < 5; number++) dead(Array.from({ length: 1000 }, (_, id) => id));
    const cli = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));
    const command = `("${process.execPath}" "${cli}" spool "${directory}" --print; echo "exit $?" >&2) | ${reader}`;
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', command], { maxBuffer: 2 ** 24 });
    expect(idsIn(stdout)).toHaveLength(count);
    expect(stderr).toBe('exit 0\n');
  });
});

it.each([['a look'], ['--print']])('%s changes nothing', async (what) => {
  segmentOf(living(), [1, 2], rangeLine('settled', 0, 1));
  const orphan = dead([3]);
  cpSync(orphan.path, join(directory, '0123456789ab.new'), {
    recursive: true,
    filter: (path) => !path.endsWith('lock'),
  });
  const before = snapshot();
  await run('spool', directory, ...(what === '--print' ? [what] : []));
  expect(snapshot()).toEqual(before);
});
