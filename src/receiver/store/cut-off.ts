import { join } from 'node:path';
import type { Disk } from './disk.js';

/** Of what was cut off, so much is kept: the newest. */
const MOST_FILES = 100;
const MOST_BYTES = 64 * 1024 * 1024;

/** Keeps aside what is cut off of a file: somebody may have written to it, too. Gives where. */
export async function keepAside(disk: Disk, journal: string, name: string, bytes: Buffer): Promise<string> {
  const folder = join(journal, 'cut-off');
  await disk.mkdir(folder, { recursive: true, mode: 0o700 });
  await makeRoom(disk, folder, bytes.length);
  const path = join(folder, name);
  await disk.writeFile(path, bytes, { mode: 0o600 });
  return path;
}

/** Removes the oldest files where there would be too much with one more. */
async function makeRoom(disk: Disk, folder: string, bytes: number): Promise<void> {
  const paths = (await disk.readdir(folder)).map((name) => join(folder, name));
  const files = paths.map((path) => ({ path, stat: disk.statSync(path) }));
  let [count, size] = [1, bytes];
  for (const { path, stat } of files.sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs)) {
    count++;
    size += stat.size;
    if (count > MOST_FILES || size > MOST_BYTES) await disk.unlink(path);
  }
}
