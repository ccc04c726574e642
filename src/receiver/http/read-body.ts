import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { codeOf } from '../../runtime/foreign.js';
import { Refusal } from './answer.js';
import { Blocks } from './blocks.js';
import { brotliWindowBytes } from './brotli-window.js';
import type { Share } from './room.js';

interface Decoder {
  readonly create: () => Transform;
  /** What its window takes, where that can be large: tells it by the first byte. */
  readonly windowBytes?: (first: number) => number;
}

/** What a decoder takes beside the bytes that it has given, and beside a large window. */
const DECODER_BYTES = 64 * 1024;

const GUNZIP: Decoder = { create: createGunzip };

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', GUNZIP],
  ['x-gzip', GUNZIP],
  ['deflate', { create: createInflate }],
  ['br', { create: createBrotliDecompress, windowBytes: brotliWindowBytes }],
]);

/**
 * Reads a body as it was before it was compressed; its bytes are taken from the share as they are inflated. Throws a `Refusal` where it is
 * too large, compressed or not, where there is no room, or where it can't be read. What is still to come then is read, and thrown away.
 * `window` is a share of another room: whoever has Brotli windows there, and sends nothing, keeps nobody out who sends anything else.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  share: Share,
  window: Share,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { create, windowBytes } = decoderFor(request) ?? {};
  const decoderBytes = create === undefined ? 0 : DECODER_BYTES;
  const blocks = new Blocks(share);
  let decoder: Transform | undefined;
  const onFirst = (byte: number): void => window.take(windowBytes?.(byte) ?? 0);
  try {
    share.take(decoderBytes);
    decoder = create?.();
    await readAll(request, decoder, maxBytes, onFirst, (chunk) => blocks.add(chunk));
    share.giveBack(decoderBytes);
    return blocks.join();
  } finally {
    decoder?.destroy();
    window.giveBack();
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
  onFirst: (byte: number) => void,
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
    const onSent = limited(maxBytes, firstByte(onFirst), end);
    request.on('data', onSent).pipe(decoder);
    decoder.on('data', limited(maxBytes, take, end)).once('end', resolve);
    decoder.on('error', (error) => end(notCompressed(error)));
  });
}

function firstByte(onFirst: (byte: number) => void): (chunk: Buffer) => void {
  let hasCome = false;
  return ([byte]) => {
    if (hasCome || byte === undefined) return;
    hasCome = true;
    onFirst(byte);
  };
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
