import type fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../runtime/foreign.js';

/** What a spool needs of the file system: a parameter, so that a test can have the disk fail. */
export type Files = Pick<
  typeof fs,
  | 'existsSync'
  | 'openSync'
  | 'readSync'
  | 'writeSync'
  | 'ftruncateSync'
  | 'fstatSync'
  | 'statfsSync'
  | 'fdatasync'
  | 'fdatasyncSync'
  | 'fsync'
  | 'fsyncSync'
  | 'close'
  | 'closeSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'mkdirSync'
  | 'renameSync'
  | 'unlinkSync'
>;

/** Writes all of it, however little of it the disk takes at a time. */
export function writeAll(files: Files, descriptor: number, bytes: Buffer, length: number): void {
  for (let done = 0; done < length; ) {
    const written = files.writeSync(descriptor, bytes, done, length - done);
    if (written === 0) throw new Error('the disk takes nothing');
    done += written;
  }
}

/** Reads a file, into `buffer` if that has room for it. */
export function readFile(files: Files, path: string, buffer: Buffer): Buffer {
  const descriptor = files.openSync(path, 'r');
  try {
    const { size } = files.fstatSync(descriptor);
    const target = size <= buffer.length ? buffer : Buffer.allocUnsafeSlow(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < size; length += read)
      read = files.readSync(descriptor, target, length, size - length, length);
    return target.subarray(0, length);
  } finally {
    files.closeSync(descriptor);
  }
}

/** Adds lines to a file, which is made if it is not there. */
export function appendTo(files: Files, path: string, text: string): void {
  const descriptor = files.openSync(path, 'a', 0o600);
  try {
    const bytes = Buffer.from(text);
    writeAll(files, descriptor, bytes, bytes.length);
  } finally {
    files.closeSync(descriptor);
  }
}

/** Has the disk keep the names of the files in a folder, without waiting for it. */
export function syncFolder(files: Files, folder: string): void {
  try {
    const descriptor = files.openSync(folder, 'r');
    files.fsync(descriptor, () => files.close(descriptor, () => {}));
  } catch {
    // Some systems can't; then they keep them a little later.
  }
}

/** The same, and waits for it. */
export function syncFolderNow(files: Files, folder: string): void {
  const descriptor = files.openSync(folder, 'r');
  try {
    files.fsyncSync(descriptor);
  } finally {
    files.closeSync(descriptor);
  }
}

/** Throws if it is still there. */
export function unlinkIfThere(files: Files, path: string): void {
  try {
    files.unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** So many damaged files are kept aside. */
const MOST_ASIDE = 100;

/** Keeps a damaged file aside, for people to look at. */
export function keepAside(files: Files, folder: string, path: string): void {
  files.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (files.readdirSync(folder).length >= MOST_ASIDE) unlinkIfThere(files, path);
  else files.renameSync(path, join(folder, `${basename(dirname(path))}-${basename(path)}`));
}
