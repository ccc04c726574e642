import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../support/check.mjs';
import { recordOf } from './records.mjs';

/** @import { Life } from './senders.mjs' */

/** What is in the files. @param {string} directory @param {readonly Life[]} lives */
export function countIn(directory, lives) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  let mangled = 0;
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.ndjson'))) {
    const text = readFileSync(join(directory, name), 'utf8');
    if (text !== '' && !text.endsWith('\n')) mangled++;
    for (const line of text.split('\n').slice(0, -1)) {
      const key = keyOf(line);
      if (key === undefined) mangled++;
      else counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const expected = lives.flatMap(({ number, ended }) =>
    Array.from({ length: ended }, (_, n) => `${number}:${n}`),
  );
  const missing = expected.filter((key) => !counts.has(key));
  const twice = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
  return { stored: counts.size, expected: expected.length, mangled, missing, twice };
}

/** `undefined` where it is not what was logged. @param {string} line */
function keyOf(line) {
  try {
    const { received_at, ...record } = JSON.parse(line);
    const isWhole =
      typeof received_at === 'string' &&
      JSON.stringify(record) === JSON.stringify(recordOf(record.life, record.n));
    return isWhole ? `${record.life}:${record.n}` : undefined;
  } catch {
    return undefined;
  }
}

/** The same by another reader. @param {string} directory @returns {Promise<{ lines: number; records: number }>} */
export async function countByDuckDB(directory) {
  const sql = 'SELECT count(*) AS lines, count(DISTINCT (life, n)) AS records FROM records';
  const cli = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));
  const { stdout } = await run('node', [cli, 'query', sql, '--dir', directory, '--json'], directory);
  return JSON.parse(stdout);
}
