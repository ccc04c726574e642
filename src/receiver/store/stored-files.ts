import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../runtime/foreign.js';
import type { StoredRecord } from '../record-store.js';
import type { Disk } from './disk.js';
import { byAge, isDataName } from './file-names.js';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 256 * 1024;

/** The file that is written, and where what counts in it ends. */
export type Current = { readonly name: string; readonly end: number } | undefined;

/** The files with records, the oldest first. The one that is written is the last, whatever the clock says. */
export async function dataNames(disk: Disk, directory: string, current: Current): Promise<string[]> {
  const all = await disk.readdir(directory).catch((error) => {
    if (codeOf(error) === 'ENOENT') return []; // not made yet, or removed
    throw error;
  });
  const names = all.filter((name) => isDataName(name) && name !== current?.name);
  return [...names.sort(byAge), ...(current === undefined ? [] : [current.name])];
}

/** The last lines of the files, at most so many and so many bytes, the oldest first. */
export async function lastLines(
  disk: Disk,
  directory: string,
  current: Current,
  count: number,
  maxBytes: number,
): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  let left = maxBytes;
  for (const file of (await dataNames(disk, directory, current)).reverse()) {
    await withFile(disk, join(directory, file), async (handle) => {
      const end = file === current?.name ? current.end : (await handle.stat()).size;
      for await (const [offset, bytes] of linesBackwards(handle, end, left)) {
        if (records.length === count || bytes.length > left) {
          left = 0;
          break;
        }
        left -= bytes.length;
        records.push({ file, offset, line: bytes.toString('utf8') });
      }
    });
    if (records.length >= count || left <= 0) break;
  }
  return records.reverse();
}

/** The line that begins there; `undefined` if none does. */
export async function lineAt(
  disk: Disk,
  directory: string,
  current: Current,
  file: string,
  offset: number,
): Promise<string | undefined> {
  if (!isDataName(file) || !Number.isSafeInteger(offset) || offset < 0) return undefined;
  return withFile(disk, join(directory, file), async (handle) => {
    const end = file === current?.name ? current.end : (await handle.stat()).size;
    if (offset >= end) return undefined;
    if (offset > 0 && (await readAt(handle, offset - 1, offset))[0] !== NEWLINE) return undefined;
    const chunks: Buffer[] = [];
    for (let at = offset; at < end; at += CHUNK_BYTES) {
      const chunk = await readAt(handle, at, Math.min(at + CHUNK_BYTES, end));
      const newline = chunk.indexOf(NEWLINE);
      chunks.push(newline === -1 ? chunk : chunk.subarray(0, newline));
      if (newline !== -1) break;
    }
    return Buffer.concat(chunks).toString('utf8');
  });
}

/** `undefined` where it is not there. */
async function withFile<T>(
  disk: Disk,
  path: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  let handle: FileHandle;
  try {
    handle = await disk.open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined; // somebody has removed it
    throw error;
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** The lines before `end`, the last one first, each with where it begins. A line that has more than so many bytes ends it. */
async function* linesBackwards(
  handle: FileHandle,
  end: number,
  maxBytes: number,
): AsyncGenerator<readonly [offset: number, bytes: Buffer]> {
  let from = end;
  let rest: Buffer = Buffer.alloc(0);
  while (from > 0 && rest.length <= maxBytes + CHUNK_BYTES) {
    const to = from;
    from = Math.max(0, to - CHUNK_BYTES);
    rest = Buffer.concat([await readAt(handle, from, to), rest]);
    let lineEnd = rest.length;
    for (let newline = beforeEnd(rest, lineEnd); newline !== -1; newline = beforeEnd(rest, lineEnd)) {
      if (newline + 1 < lineEnd) yield [from + newline + 1, withoutNewline(rest, newline + 1, lineEnd)];
      lineEnd = newline + 1;
    }
    rest = rest.subarray(0, lineEnd);
  }
  if (from === 0 && rest.length > 0) yield [0, withoutNewline(rest, 0, rest.length)];
}

/** The end of line before the one that ends there; -1 where there is none. */
const beforeEnd = (bytes: Buffer, end: number): number =>
  end < 2 ? -1 : bytes.lastIndexOf(NEWLINE, end - 2);

const withoutNewline = (bytes: Buffer, from: number, to: number): Buffer =>
  bytes.subarray(from, bytes[to - 1] === NEWLINE ? to - 1 : to);

async function readAt(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = (await handle.read(bytes, length, bytes.length - length, from + length)).bytesRead;
  return bytes.subarray(0, length);
}
