import { linkSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../runtime/foreign.js';
import { type Lock, listenIn, stateOfLock } from './lock.js';

const NAME = /^lock\.(\d+)$/;

const nameOf = (number: number): string => `lock.${number}`;

/**
 * Takes the lock of a folder that everybody knows; `undefined` where somebody else has it. The lock with the greatest number is the one that
 * counts. Who finds that its owner is dead makes the next one, which only one process can, and nobody removes the greatest: so
 * two that find a dead one at the same moment do not both get it.
 */
export async function lockDirectory(folder: string): Promise<Lock | undefined> {
  const found = greatestIn(folder);
  if (found > 0 && (await stateOfLock(folder, nameOf(found))) !== 'free') return undefined;
  const { boundTo, release } = listenIn(folder);
  try {
    linkSync(join(folder, boundTo), join(folder, nameOf(found + 1)));
    // Another one was there first, has ended, and was followed by the next, all since the look.
    if (greatestIn(folder) !== found + 1)
      throw Object.assign(new Error('somebody was faster'), { code: 'EEXIST' });
  } catch (error) {
    release();
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  unlinkSync(join(folder, boundTo));
  for (const number of numbersIn(folder)) if (number <= found) remove(join(folder, nameOf(number)));
  return { release };
}

const numbersIn = (folder: string): number[] =>
  readdirSync(folder).flatMap((name) => (NAME.test(name) ? [Number(NAME.exec(name)?.[1])] : []));

const greatestIn = (folder: string): number => Math.max(0, ...numbersIn(folder));

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone.
  }
}
