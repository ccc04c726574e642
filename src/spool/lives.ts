import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stateOfLock } from '../files/lock.js';
import { codeOf } from '../runtime/foreign.js';
import { isOfThisMachine } from './owner.js';

/** `unknown`: it may be alive on another machine, or its lock can't be asked. */
type LifeState = 'alive' | 'dead' | 'unknown';

/** A life's folder, as anybody sees it. */
export interface FoundLife {
  readonly id: string;
  readonly path: string;
  /** The life that has taken it over. */
  readonly takenBy: string | undefined;
  readonly state: LifeState;
}

/** `<id>` is a life's folder; `<id>.<id of the taker>` one that was taken over; `<id>.new` one that has no lock yet. */
const NAME = /^([0-9a-f]{12})(?:\.([0-9a-f]{12}|new))?$/;

/** The lives of a directory; none if there is no such directory. Asks their locks, and changes nothing. */
export async function listLives(directory: string): Promise<FoundLife[]> {
  const found = namesIn(directory).map(async (name) => {
    const [, id = '', suffix] = NAME.exec(name) ?? [];
    const path = join(resolve(directory), name);
    if (suffix === 'new') return { id, path, takenBy: undefined, state: await stateOfUnborn(path) };
    // Of what was taken over, the taker's lock says whether it is an orphan again.
    return { id, path, takenBy: suffix, state: await stateOf(path, join(directory, suffix ?? id)) };
  });
  return Promise.all(found);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => NAME.test(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function stateOf(path: string, locked: string): Promise<LifeState> {
  const lock = await stateOfLock(locked);
  if (lock === 'taken') return 'alive';
  return lock === 'free' && isOfThisMachine(path) ? 'dead' : 'unknown';
}

/** A process takes less than a millisecond to give it its name. */
const UNBORN_MILLIS = 60_000;

/** No record is in it. If it was being made just now, after all, its process would notice that it is gone. */
async function stateOfUnborn(path: string): Promise<LifeState> {
  try {
    if (Date.now() - statSync(path).mtimeMs < UNBORN_MILLIS) return 'alive';
  } catch {
    return 'unknown'; // it has its name by now
  }
  return stateOf(path, path);
}
