import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { codeOf } from '../../runtime/foreign.js';
import { type Commit, linesIn, type ReadLine } from './commit.js';
import { keepAside } from './cut-off.js';
import { type Disk, syncFolder } from './disk.js';
import { logName, logNumbers } from './journal.js';
import type { KeyMemory } from './key-memory.js';

/** Where the process before has left off. */
export interface Found {
  /** Of the last file of the journal; 0 if there is none. */
  readonly number: number;
  /** The file that was written last, if there were records in it. */
  readonly last: string | undefined;
  /** The same, if it can be written on, and where what counts in it ends. */
  readonly file: string | undefined;
  readonly end: number;
}

/**
 * Reads the journal: fills the memory of keys, and makes the file that was written end where what counts ends. A process that was killed may have
 * left more in it: what nobody was told is stored, and comes again. Its last line of the journal counts if the file has the
 * bytes that it speaks of, as both were written at the same time. The lines before it count in any case, as a process writes none before the last one is
 * on the disk.
 */
export async function recover(
  disk: Disk,
  directory: string,
  journal: string,
  memory: KeyMemory,
  tell: (message: string) => void,
): Promise<Found> {
  const numbers = await logNumbers(disk, journal);
  let [tail, path]: [ReadLine[], string] = [[], ''];
  for (const number of numbers) {
    const file = join(journal, logName(number));
    const lines = [...linesIn(await disk.readFile(file))];
    if (lines.length > 0) {
      remember(memory, tail);
      [tail, path] = [lines, file];
    }
    memory.begin(number);
  }
  const hasEndedWell = tail.length > 0 && tail.at(-1)?.commit === undefined;
  const isOurs = !hasEndedWell && (await undoLast(disk, directory, tail, path));
  remember(memory, tail);
  const last = tail.findLast(({ commit }) => commit !== undefined)?.commit;
  const endsLine = last === undefined || (await isEndOfLine(disk, directory, last));
  if (last !== undefined && isOurs && endsLine) await cutBack(disk, directory, journal, last, tell);
  const file = endsLine ? last?.file : undefined;
  return { number: numbers.at(-1) ?? 0, last: last?.end ? last.file : undefined, file, end: last?.end ?? 0 };
}

function remember(memory: KeyMemory, lines: readonly ReadLine[]): void {
  for (const { commit } of lines) memory.add(commit?.keys ?? []);
}

/**
 * Takes the last line away if what it speaks of is not there. Says whether the file is as the process has left it: where what the line before
 * speaks of isn't there either, somebody has changed it, and nothing is to be cut off.
 */
async function undoLast(disk: Disk, directory: string, lines: ReadLine[], path: string): Promise<boolean> {
  const [before, last] = [lines.at(-2)?.commit, lines.at(-1)];
  if (last?.commit === undefined || (await isThere(disk, directory, last.commit))) return true;
  if (before !== undefined && !(await isThere(disk, directory, before))) return false;
  await disk.truncate(path, last.start);
  lines.pop();
  return true;
}

async function isThere(
  disk: Disk,
  directory: string,
  { file, start, end, checksum }: Commit,
): Promise<boolean> {
  if (start === end) return true;
  try {
    return crc32(await readRange(disk, join(directory, file), start, end)) === checksum;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** Whether a line ends where what counts ends. If none does, somebody has changed the file. */
async function isEndOfLine(disk: Disk, directory: string, { file, end }: Commit): Promise<boolean> {
  const path = join(directory, file);
  if (end === 0 || disk.statSync(path, { throwIfNoEntry: false }) === undefined) return true;
  return (await readRange(disk, path, end - 1, end)).toString() === '\n';
}

/** Fewer bytes where the file is shorter. */
async function readRange(disk: Disk, path: string, start: number, end: number): Promise<Buffer> {
  const handle = await disk.open(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = (await handle.read(bytes, length, bytes.length - length, start + length)).bytesRead;
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

async function cutBack(
  disk: Disk,
  directory: string,
  journal: string,
  { file, end }: Commit,
  tell: (message: string) => void,
): Promise<void> {
  const path = join(directory, file);
  const size = disk.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= end) return;
  const rest = { path, start: end, end: size };
  const kept = await keepAside(disk, journal, `${file}.from-${end}`, rest);
  await disk.truncate(path, end);
  await syncFolder(disk, directory);
  tell(
    `the process before was killed while it wrote ${path}: ${size - end} bytes at its end were not answered, and come again; they are cut off, ${kept}`,
  );
}
