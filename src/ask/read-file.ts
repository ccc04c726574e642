import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGzipped } from './files.js';

/** The last bytes of a file, at most so many, as they are when they are not compressed. */
export async function endOf(path: string, maxBytes: number): Promise<Buffer> {
  if (!isGzipped(path)) return endOfPlain(path, maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of inflated(path)) {
    chunks.push(chunk);
    length += chunk.length;
    while (length - (chunks[0]?.length ?? 0) >= maxBytes) length -= chunks.shift()?.length ?? 0;
  }
  return Buffer.concat(chunks).subarray(-maxBytes);
}

/** The first bytes of a gzipped file, at most so many, as they are when they are not compressed. */
export async function beginningOf(path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of inflated(path)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** Ends where the file is damaged. */
async function* inflated(path: string): AsyncGenerator<Buffer> {
  const stream: Readable = pipeline(createReadStream(path), createGunzip({ chunkSize: 64 * 1024 }), () => {});
  try {
    for await (const chunk of stream) yield chunk;
  } catch {
    // What came before it is used.
  }
}

async function endOfPlain(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.allocUnsafe(Math.min(size, maxBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
