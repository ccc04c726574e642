import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startListen } from '../support/listen-command.js';

const MIB = 2 ** 20;

/** One record of 40 MiB. */
const LARGE = Buffer.from(`{"text":"${'x'.repeat(40 * MIB)}"}`);
const QUICK = { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 };

const BOMBS = [
  { body: gzipSync(LARGE), encoding: 'gzip' },
  { body: brotliCompressSync(LARGE, { params: QUICK }), encoding: 'br' },
];

it('fifty bodies at once that grow a thousandfold take no more memory than there is room for', async () => {
  await using receiver = await startListen('--sync', 'never');
  const post = (body: Buffer | string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(receiver.url, { method: 'POST', body, headers });
  expect((await post('{"id":1}')).status).toBe(200);
  const answers = await Promise.all(
    Array.from({ length: 25 }, () => BOMBS)
      .flat()
      .map(({ body, encoding }) => post(body, { 'content-encoding': encoding })),
  );
  for (const { status, headers } of answers)
    expect([status, headers.get('retry-after')]).toEqual(status === 503 ? [503, '1'] : [200, null]);
  // Nobody waits for somebody else: one of them at least has got through.
  expect(answers.map(({ status }) => status)).toContain(200);
  expect((await post('{"id":2}')).status).toBe(200);
  console.log(`memory of the receiver, at the most: ${Math.round(receiver.peakMib())} MiB`);
  // Of 2,000 MiB that they would be.
  expect(receiver.peakMib()).toBeLessThan(1000);
});
