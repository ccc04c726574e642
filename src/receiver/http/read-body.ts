import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { codeOf } from '../../runtime/foreign.js';
import { Refusal } from './answer.js';
import { Blocks } from './blocks.js';
import type { Share } from './room.js';

interface Decoder {
  readonly create: () => Transform;
  /** Most that it needs beside the bytes that it has given. Brotli inflates as much ahead as its window is large. */
  readonly bytes: number;
}

const GUNZIP: Decoder = { create: createGunzip, bytes: 64 * 1024 };

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', GUNZIP],
  ['x-gzip', GUNZIP],
  ['deflate', { create: createInflate, bytes: 64 * 1024 }],
  ['br', { create: createBrotliDecompress, bytes: 16 * 1024 * 1024 }],
]);

/**
 * Reads a body as it was before it was compressed; its bytes are taken from the share as they are inflated. Throws a `Refusal` where it is
 * too large, compressed or not, where there is no room, or where it can't be read. What is still to come then is read, and thrown away.
 */
export async function readBody(request: IncomingMessage, maxBytes: number, share: Share): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { create, bytes = 0 } = decoderFor(request) ?? {};
  const blocks = new Blocks(share);
  let decoder: Transform | undefined;
  try {
    share.take(bytes);
    decoder = create?.();
    await readAll(request, decoder, maxBytes, (chunk) => blocks.add(chunk));
    share.giveBack(bytes);
    return blocks.join();
  } finally {
    decoder?.destroy();
    request.resume();
  }
}

/** `undefined` where nothing is to be done. */
function decoderFor({ headers }: IncomingMessage): Decoder | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return undefined;
  const decoder = DECODERS.get(encoding);
  if (decoder !== undefined) return decoder;
  throw new Refusal(
    415,
    `the content encoding "${encoding}" is not known`,
    {},
    { 'accept-encoding': 'gzip, deflate, br' },
  );
}

const tooLarge = (maxBytes: number): Refusal => new Refusal(413, `the body has more than ${maxBytes} bytes`);

function readAll(
  request: IncomingMessage,
  decoder: Transform | undefined,
  maxBytes: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: unknown): void => {
      request.removeAllListeners('data').unpipe();
      decoder?.removeAllListeners('data');
      reject(error);
    };
    request.once('error', end);
    request.once('close', () => {
      if (!request.complete) end(new Refusal(400, 'the body ends too early'));
    });
    if (decoder === undefined) {
      request.on('data', limited(maxBytes, take, end)).once('end', resolve);
      return;
    }
    const onSent = limited(maxBytes, () => {}, end);
    request.on('data', onSent).pipe(decoder);
    decoder.on('data', limited(maxBytes, take, end)).once('end', resolve);
    decoder.on('error', (error) => end(notCompressed(error)));
  });
}

/** Passes chunks on, as long as they have no more bytes together. */
function limited(
  maxBytes: number,
  take: (chunk: Buffer) => void,
  end: (error: unknown) => void,
): (chunk: Buffer) => void {
  let length = 0;
  return (chunk) => {
    try {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      take(chunk);
    } catch (error) {
      end(error);
    }
  };
}

function notCompressed(error: unknown): Refusal {
  const what = codeOf(error) === 'Z_BUF_ERROR' ? 'it ends too early' : codeOf(error);
  return new Refusal(400, `the body is not compressed as its content encoding says: ${what}`);
}
