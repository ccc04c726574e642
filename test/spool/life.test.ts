import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Life, openLife, takeOverDead } from '../../src/spool/life.js';
import { listLives } from '../../src/spool/lives.js';
import { bundleOf } from '../support/bundle.js';
import { Child, type ChildOptions } from '../support/child.js';
import { CONTAINER, hasContainers } from '../support/container.js';

const clock = { wallNow: Date.now };
let bundle: string;
let directory: string;
const open: Life[] = [];
const children: Child[] = [];

beforeAll(async () => {
  bundle = await bundleOf('spool/life.ts');
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});

afterEach(async () => {
  for (const life of open.splice(0)) life.close();
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  rmSync(directory, { recursive: true });
});

function opened(where = directory): Life {
  const life = openLife(where, clock);
  open.push(life);
  return life;
}

const addSegment = ({ path }: Life): void => writeFileSync(join(path, '00000001.log'), 'a record\n');

/** A process with an own end, that does something with lives. */
function start(what: string, count = 1, options: ChildOptions = {}): Child {
  const child = new Child('lives', { folder: 'spool', args: [what, bundle, directory, count], ...options });
  children.push(child);
  return child;
}

const statesById = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await listLives(directory)).map(({ id, state }) => [id, state]));

const states = async (): Promise<string[]> => Object.values(await statesById());

const namesIn = (): string[] => readdirSync(directory).sort();

/** What a child has printed behind a word. */
const saidBehind = (word: string, child: Child): unknown[] =>
  [...child.stdout.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, json]) => JSON.parse(json ?? ''));

const idsBehind = (word: string, child: Child): string[] => saidBehind(word, child).flat() as string[];

async function killed(child: Child): Promise<void> {
  child.kill('SIGKILL');
  await child.ended;
}

async function made(count: number, options?: ChildOptions, what = 'make'): Promise<Child> {
  const child = start(what, count, options);
  await child.said('made');
  return child;
}

/** Lives of a process that was killed. */
async function orphans(count: number): Promise<string[]> {
  const child = await made(count);
  await killed(child);
  return idsBehind('made', child).sort();
}

describe('a life', () => {
  it('has a folder that is of nobody else, with its lock, when it is open', async () => {
    const { id, path } = opened(join(directory, 'a', 'b'));
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(path).toBe(join(directory, 'a', 'b', id));
    expect(readdirSync(path).sort()).toEqual(['lock', 'owner']);
    const modes = ['..', '.', 'owner'].map((name) => statSync(join(path, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(await listLives(join(directory, 'a', 'b'))).toEqual([
      { id, path, takenBy: undefined, state: 'alive' },
    ]);
  });

  it('leaves nothing behind if it has nothing', () => {
    openLife(directory, clock).close();
    expect(namesIn()).toEqual([]);
  });

  it('leaves its segments to others', async () => {
    const life = openLife(directory, clock);
    addSegment(life);
    life.close();
    const own = opened();
    expect(await takeOverDead(directory, own)).toEqual([
      { id: life.id, path: join(directory, `${life.id}.${own.id}`), close: expect.any(Function) },
    ]);
  });

  it('holds no process', async () => {
    const child = start('make and end');
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(await states()).toEqual(['dead']);
  });

  it('is alive while its process is stopped, however often its lock is asked', async () => {
    const child = await made(1);
    child.kill('SIGSTOP');
    for (let times = 0; times < 600; times++) expect(await states()).toEqual(['alive']);
    await killed(child);
    expect(await states()).toEqual(['dead']);
  });

  it('is dead when its process is, and a child of that lives on', async () => {
    const child = await made(1, {}, 'make beside a child');
    await child.said('child');
    const [grandchild] = saidBehind('child', child) as number[];
    await killed(child);
    expect(await states()).toEqual(['dead']);
    expect(process.kill(grandchild ?? 0, 'SIGKILL')).toBe(true); // it was alive
  });

  it('of a cluster is dead when its worker is, and the primary process lives on', async () => {
    const child = await made(1, {}, 'make in a cluster');
    await child.said('child');
    expect(await states()).toEqual(['alive']);
    const [worker] = saidBehind('child', child) as number[];
    process.kill(worker ?? 0, 'SIGKILL');
    await child.said('is dead');
    expect(await states()).toEqual(['dead']);
    child.kill('SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' }); // the primary was alive until now
  });

  it('of a thread is dead when the thread is', async () => {
    const code = `const { workerData, parentPort } = require('node:worker_threads');
      const { openLife } = require(workerData.bundle);
      const { path } = openLife(workerData.directory, { wallNow: Date.now });
      require('node:fs').writeFileSync(path + '/00000001.log', 'a record');
      setInterval(() => {}, 1000);
      parentPort.postMessage('made');`;
    const worker = new Worker(code, { eval: true, workerData: { bundle, directory } });
    await new Promise((resolve) => worker.once('message', resolve));
    expect(await states()).toEqual(['alive']);
    await worker.terminate();
    expect(await states()).toEqual(['dead']);
  });

  it('does not care what the wall clock says', async () => {
    const years = 10 * 365 * 24 * 3_600_000;
    for (const jump of [-years, years]) {
      const life = openLife(directory, { wallNow: () => Date.now() + jump });
      open.push(life);
      utimesSync(life.path, (Date.now() + jump) / 1000, (Date.now() + jump) / 1000);
    }
    expect(await states()).toEqual(['alive', 'alive']);
    expect(await takeOverDead(directory, opened())).toEqual([]);
  });

  it('has a lock also where its path is too long for a socket', async () => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'.padEnd(150, 'x')));
    const [first, second] = [openLife(directory, clock), opened()];
    expect(await states()).toEqual(['alive', 'alive']);
    addSegment(first);
    first.close();
    expect(await takeOverDead(directory, second)).toMatchObject([{ id: first.id }]);
  });

  it.each([
    [
      'a path is too long for a socket',
      'darwin',
      'x'.repeat(100),
      /is too long for a socket: \d+ bytes, 103 at the most$/,
    ],
    ['there are no sockets', 'win32', 'x', /^Node has no unix sockets on Windows$/],
  ])('says that %s, and leaves nothing behind', (_name, system, name, message) => {
    const where = join(directory, name);
    mkdirSync(where);
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: system });
    try {
      expect(() => openLife(where, clock)).toThrow(message);
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
    expect(readdirSync(where)).toEqual([]);
  });

  it('is not there where no socket can be made, and is there later', async () => {
    const child = start('make without descriptors', 1, { openFiles: 64 });
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(idsBehind('failed', child)).toEqual([expect.stringContaining('no socket can be made in')]);
    expect(idsBehind('made', child)).toHaveLength(1);
  });
});

describe('a dead life', () => {
  it('goes to one taker each, of eight that start at once over thirty', async () => {
    const ids = await orphans(30);
    const takers = Array.from({ length: 8 }, () => start('take'));
    await Promise.all(takers.map((taker) => taker.said('ready')));
    for (const taker of takers) taker.endStdin();
    await Promise.all(takers.map((taker) => taker.said('took')));
    expect(takers.flatMap((taker) => idsBehind('took', taker)).sort()).toEqual(ids);
  });

  it('is an orphan again when its taker is dead, also one that dies in the middle', async () => {
    const ids = await orphans(30);
    const first = start('take and die', 7);
    first.endStdin();
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(namesIn().filter((name) => /^\w{12}\.\w{12}$/.test(name))).toHaveLength(7);
    const second = opened();
    expect((await takeOverDead(directory, second)).map(({ id }) => id).sort()).toEqual(ids);
    expect(await takeOverDead(directory, opened())).toEqual([]);
    expect(await takeOverDead(directory, second)).toEqual([]);
  });

  it('belongs to its taker for as long as that is alive', async () => {
    const [id] = await orphans(1);
    const taker = opened();
    await takeOverDead(directory, taker);
    expect(await takeOverDead(directory, opened())).toEqual([]);
    expect(await listLives(directory)).toContainEqual(
      expect.objectContaining({ id, takenBy: taker.id, state: 'alive' }),
    );
  });

  it('without segments is removed', async () => {
    const [id = ''] = await orphans(1);
    rmSync(join(directory, id, '00000001.log'));
    writeFileSync(join(directory, id, '00000001.settled'), '');
    const own = opened();
    expect(await takeOverDead(directory, own)).toEqual([]);
    expect(namesIn()).toEqual([own.id]);
  });

  it('is removed when all of its segments are', async () => {
    await orphans(1);
    const own = opened();
    const [taken] = await takeOverDead(directory, own);
    rmSync(join(taken?.path ?? '', '00000001.log'));
    taken?.close();
    expect(namesIn()).toEqual([own.id]);
  });

  it('is one that was copied without its lock', async () => {
    const [id = ''] = await orphans(1);
    rmSync(join(directory, id, 'lock'));
    rmSync(join(directory, id, 'owner'));
    expect(await takeOverDead(directory, opened())).toMatchObject([{ id }]);
  });

  it('is none whose lock is not there yet', async () => {
    const child = start('make, waiting in the middle');
    await child.said('waits');
    expect(await takeOverDead(directory, opened())).toEqual([]);
    child.endStdin();
    await child.said('made');
    expect(await takeOverDead(directory, opened())).toEqual([]);
    const [id = ''] = idsBehind('made', child);
    expect((await statesById())[id]).toBe('alive');
  });

  it('is one that has died before it had its lock, after a while', async () => {
    const path = join(directory, '0123456789ab.new');
    mkdirSync(path);
    const own = opened();
    await takeOverDead(directory, own);
    expect(existsSync(path)).toBe(true);
    utimesSync(path, 0, 0);
    expect(await takeOverDead(directory, own)).toEqual([]);
    expect(namesIn()).toEqual([own.id]);
  });

  it('is nothing that has another name', async () => {
    for (const name of ['damaged', '0123456789abc', '0123456789AB', '0123456789ab.old'])
      mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'notes.txt'), '');
    const before = namesIn();
    const own = opened();
    expect(await takeOverDead(directory, own)).toEqual([]);
    expect(namesIn()).toEqual([...before, own.id].sort());
  });

  it('goes to none that is closed meanwhile', async () => {
    const [id] = await orphans(1);
    const own = openLife(directory, clock);
    const taking = takeOverDead(directory, own);
    own.close();
    expect(await taking).toEqual([]);
    expect(namesIn()).toEqual([id]);
  });

  it('is left where it is if it can not be renamed', async () => {
    const [id] = await orphans(1);
    const own = opened();
    mkdirSync(join(directory, `${id}.${own.id}`));
    writeFileSync(join(directory, `${id}.${own.id}`, 'a file'), '');
    expect(await takeOverDead(directory, own)).toEqual([]);
    expect(namesIn()).toContain(id);
  });

  it('is in no directory that is not there', async () => {
    expect(await listLives(join(directory, 'nowhere'))).toEqual([]);
  });
});

describe('processes that are pid 1 on the same host, with networks of their own', () => {
  it.runIf(hasContainers)('know the living from the dead', async () => {
    chmodSync(directory, 0o777);
    const [first, second] = await Promise.all([0, 1].map(() => made(1, { within: CONTAINER })));
    expect(await states()).toEqual(['alive', 'alive']);
    await killed(first as Child);
    const taker = start('take', 1, { within: CONTAINER });
    await taker.said('ready');
    expect(saidBehind('ready', taker)).toEqual([1]);
    taker.endStdin();
    await taker.said('took');
    expect(idsBehind('took', taker)).toEqual(idsBehind('made', first as Child));
    expect((await statesById())[idsBehind('made', second as Child)[0] ?? '']).toBe('alive');
  });
});
