import type { statSync } from 'node:fs';
import type fs from 'node:fs/promises';
import { codeOf } from '../../runtime/foreign.js';

/** What the store needs of the file system: a parameter, so that a test can have the disk fail. */
export type Disk = Pick<
  typeof fs,
  'open' | 'mkdir' | 'readdir' | 'readFile' | 'stat' | 'unlink' | 'truncate'
> & { readonly statSync: typeof statSync };

/** Whether there is no room, for this user at least. */
export const isFull = (error: unknown): boolean => /^(ENOSPC|EDQUOT)$/.test(codeOf(error));

/** Has the disk keep the names of the files in a folder. */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === 'win32') return; // no folder can be opened there
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
