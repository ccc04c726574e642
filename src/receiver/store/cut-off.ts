import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Disk, isFull } from './disk.js';

/** Of what was cut off, so much is kept: the newest. */
const MOST_FILES = 100;
const MOST_BYTES = 64 * 1024 * 1024;

/** What is cut off of a file. */
interface Rest {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps aside what is cut off of a file, up to 64 MiB of it: somebody may have written to it, too. Says in words what is kept: nothing where
 * the disk is full, as the cut itself may make the room that is needed.
 */
export async function keepAside(disk: Disk, journal: string, name: string, rest: Rest): Promise<string> {
  const folder = join(journal, 'cut-off');
  const copy = join(folder, name);
  const size = rest.end - rest.start;
  const kept = Math.min(size, MOST_BYTES);
  try {
    await disk.mkdir(folder, { recursive: true, mode: 0o700 });
    await makeRoom(disk, folder, kept);
    await copyRange(disk, { ...rest, end: rest.start + kept }, copy);
  } catch (error) {
    if (!isFull(error)) throw error;
    await disk.unlink(copy).catch(() => {});
    return 'and not kept, as the disk is full';
  }
  return `and ${kept < size ? `the first ${kept} of them are ` : ''}kept in ${copy}`;
}

/** In pieces: it can be larger than memory. */
async function copyRange(disk: Disk, { path, start, end }: Rest, to: string): Promise<void> {
  const input = await disk.open(path, 'r');
  try {
    const output = await disk.open(to, 'w', 0o600);
    await pipeline(
      input.createReadStream({ start, end: end - 1, autoClose: false }),
      output.createWriteStream(),
    );
  } finally {
    await input.close();
  }
}

/** Removes the oldest files where there would be too much with one more. Folders are somebody else's. */
async function makeRoom(disk: Disk, folder: string, bytes: number): Promise<void> {
  const paths = (await disk.readdir(folder)).map((name) => join(folder, name));
  const files = paths.flatMap((path) => {
    const stat = disk.statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ path, stat }] : [];
  });
  let [count, size] = [1, bytes];
  for (const { path, stat } of files.sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs)) {
    count++;
    size += stat.size;
    if (count > MOST_FILES || size > MOST_BYTES) await disk.unlink(path);
  }
}
