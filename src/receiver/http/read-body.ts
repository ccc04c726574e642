import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { codeOf } from '../../runtime/foreign.js';
import { RETRY_LATER, Refusal } from './answer.js';
import type { Room } from './room.js';

type Inflate = (body: Buffer, options: ZlibOptions) => Promise<Buffer>;

const INFLATE: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, ZlibOptions, Buffer>(inflate)],
  ['br', promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
]);

/** The body of a request as it was before it was compressed. `room` has to be given back when it is no longer needed. */
export interface Body {
  readonly bytes: Buffer;
  giveBack(): void;
}

/** Reads a body. Throws a `Refusal` where it is too large, compressed or not, or can't be read. */
export async function readBody(request: IncomingMessage, maxBytes: number, room: Room): Promise<Body> {
  const unpack = inflateFor(request);
  let taken = 0;
  const take = (bytes: number): void => {
    if (!room.take(bytes)) throw new Refusal(503, 'too many bodies are under way at a time', {}, RETRY_LATER);
    taken += bytes;
  };
  const giveBack = (): void => room.giveBack(taken);
  try {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const sent = await allOf(request, maxBytes, take);
    if (unpack === undefined) return { bytes: sent, giveBack };
    const bytes = await unpacked(unpack, sent, maxBytes);
    take(bytes.length);
    return { bytes, giveBack };
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** `undefined` where nothing is to be done. */
function inflateFor({ headers }: IncomingMessage): Inflate | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return undefined;
  const found = INFLATE.get(encoding);
  if (found !== undefined) return found;
  throw new Refusal(
    415,
    `the content encoding "${encoding}" is not known`,
    {},
    { 'accept-encoding': 'gzip, deflate, br' },
  );
}

const tooLarge = (maxBytes: number): Refusal => new Refusal(413, `the body has more than ${maxBytes} bytes`);

/** Where it throws, what is still to come is read by Node, and thrown away. */
function allOf(request: IncomingMessage, maxBytes: number, take: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      try {
        length += chunk.length;
        if (length > maxBytes) throw tooLarge(maxBytes);
        take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        request.off('data', onData).resume();
        chunks.length = 0;
        reject(error);
      }
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Refusal(400, 'the body ends too early'));
    });
  });
}

async function unpacked(unpack: Inflate, sent: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unpack(sent, { maxOutputLength: maxBytes });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    const what = codeOf(error) === 'Z_BUF_ERROR' ? 'it ends too early' : codeOf(error);
    throw new Refusal(400, `the body is not compressed as its content encoding says: ${what}`);
  }
}
