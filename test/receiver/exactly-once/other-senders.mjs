import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, expect, run } from '../../support/check.mjs';
import { startReceiver } from './receiving.mjs';

const PEERS = String(new URL('../../../bench/lib/peers.mjs', import.meta.url));
const PYTHON_LOGGER = fileURLToPath(new URL('../../../bench/senders/python_original.py', import.meta.url));

/** Senders that are not of this package. */
export async function otherSenders() {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'));
  const receiver = await startReceiver(0, folder);
  const { url } = receiver;
  await check('curl sends as its manual says', async () => {
    const { stdout } = await run(
      'curl',
      ['-sS', url, '-d', '{"by":"curl","n":12345678901234567890}'],
      folder,
    );
    expect(stdout === '{"records":1}\n', stdout);
    expect(
      /^\{"by":"curl","n":12345678901234567890,"received_at":"[^"]+"\}$/m.test(storedIn(folder)),
      storedIn(folder),
    );
  });
  await check('the Python logger of FastChat sends as it does', async () => {
    const { pythonWithRequests } = await import(PEERS);
    const { python, missing } = await pythonWithRequests();
    expect(python !== undefined, `${missing}`);
    await run(String(python), [PYTHON_LOGGER, JSON.stringify({ url, warmUp: 1, records: 200 })], folder);
    const records = storedIn(folder)
      .split('\n')
      .filter((line) => line.includes('vicuna-13b'))
      .map((line) => JSON.parse(line));
    expect(records.length === 201, `${records.length} of 201`);
    expect(JSON.parse(records[0].state).conv_id === 'c1', JSON.stringify(records[0]));
  });
  await check('and the receiver ends well', async () =>
    expect((await receiver.end('SIGTERM')) === 0, receiver.said()),
  );
}

/** @param {string} folder */
const storedIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
