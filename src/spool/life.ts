import fs, { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LOCK, type Lock, takeLock } from '../files/lock.js';
import type { Clock } from '../runtime/clock.js';
import { codeOf, textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { randomUuid } from '../runtime/uuid.js';
import { syncFolder } from './files.js';
import { isFor, type LifeEndpoint } from './life-endpoint.js';
import { type FoundLife, listLives } from './lives.js';
import { OWNER, writeOwner } from './owner.js';

/** A folder of a spool's directory that this process has for itself: that of its own queue, or of one that it took over. */
export interface Life {
  /** Of the queue that wrote it, in 12 hex digits. */
  readonly id: string;
  readonly path: string;
  /** Lets go of it: removes it if nothing is left in it, else leaves it to be taken over. */
  close(): void;
}

/** The lives that are open in this process, but for those of other threads. */
const openHere = new Set<string>();
export const isOpenHere = (id: string): boolean => openHere.has(id);

/**
 * Makes a folder for a new queue, with its lock, at once. Nobody ever sees it without: it gets its name when the lock is
 * there. Throws where that can't be done.
 */
export function openLife(directory: string, clock: Pick<Clock, 'wallNow'>, endpoint?: LifeEndpoint): Life {
  if (process.platform === 'win32') throw new Error('Node has no unix sockets on Windows');
  const id = randomUuid().slice(-12);
  const path = join(resolve(directory), id);
  const unborn = `${path}.new`;
  mkdirSync(unborn, { recursive: true, mode: 0o700 });
  let lock: Lock | undefined;
  try {
    lock = takeLock(unborn);
    writeOwner(unborn, clock, endpoint);
    renameSync(unborn, path);
  } catch (error) {
    lock?.release();
    removeIfEmpty(unborn);
    throw error;
  }
  syncFolder(fs, directory);
  openHere.add(id);
  const { release } = lock;
  return {
    id,
    path,
    close() {
      openHere.delete(id);
      removeIfEmpty(path);
      release();
    },
  };
}

/**
 * Takes over the folders of lives that are dead. Each goes to one taker: it is renamed, to a name that only this life ever gives
 * to it, and of those who rename the same folder the file system lets one win. If the taker dies, it is an orphan again.
 */
export async function takeOverDead(
  directory: string,
  own: Life,
  endpoint?: LifeEndpoint,
  /** Is told of those that were for other endpoints, which are left. */
  onOthers: (others: readonly FoundLife[]) => void = () => {},
): Promise<Life[]> {
  const lives = await listLives(directory);
  if (!isOpenHere(own.id)) return []; // closed meanwhile
  const dead = lives.filter(({ state }) => state === 'dead');
  const mine = dead.filter((life) => isFor(life, endpoint));
  onOthers(dead.filter((life) => !mine.includes(life)));
  return mine
    .map(({ id, path }) => ({ id, from: path, path: join(resolve(directory), `${id}.${own.id}`) }))
    .filter(({ from, path }) => wasRenamed(from, path) && !removeIfEmpty(path))
    .map(({ id, path }) => ({ id, path, close: () => void removeIfEmpty(path) }));
}

function wasRenamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      logToDiag('warn', `the spool of a dead process is left where it is: ${textOf(error)}`);
    return false;
  }
}

/** What is of no use without the segments of records beside it. */
const isOfNoUse = (file: string): boolean => file === LOCK || file === OWNER || file.endsWith('.settled');

/** Removes a life's folder if no segment is left in it, nor anything else. Says whether it did. */
function removeIfEmpty(path: string): boolean {
  try {
    const files = readdirSync(path);
    if (!files.every(isOfNoUse)) return false;
    for (const file of files) rmSync(join(path, file), { force: true });
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
