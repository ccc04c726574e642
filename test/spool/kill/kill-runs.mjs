import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chanceOf, pick } from './chance.mjs';
import { Endpoint } from './endpoint.mjs';
import { judge, newOutcome } from './judge.mjs';
import { liveOnce, planOf } from './life.mjs';
import { tornIn } from './torn.mjs';

/** @import { Outcome } from './judge.mjs' */

const COMMAND = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

/** So many lives have a directory one after the other, each taking over what the one before left; then the rest is delivered. */
const LIVES = 10;

/** Kills processes at random moments and delivers what they left. @param {number} runs @param {number} seed @returns {Promise<Outcome>} */
export async function killRuns(runs, seed) {
  const chance = chanceOf(seed);
  const endpoint = new Endpoint(chanceOf(seed + 1)); // its requests come in no order
  const url = await endpoint.start();
  const outcome = newOutcome(seed);
  for (let run = 0; run < runs; run += LIVES) {
    const lives = await liveInTurn(run, Math.min(LIVES, runs - run), endpoint, url, chance, outcome);
    for (const life of lives) judge(life, lives, endpoint, outcome);
  }
  outcome.mangled = endpoint.mangled.length;
  endpoint.stop();
  return outcome;
}

/**
 * @param {number} first @param {number} count @param {Endpoint} endpoint @param {string} url @param {() => number} chance
 * @param {Outcome} outcome
 */
async function liveInTurn(first, count, endpoint, url, chance, outcome) {
  const directory = mkdtempSync(join(tmpdir(), 'spool-kill-'));
  const format = pick(chance, ['object', 'object', 'ndjson', 'array']);
  const lives = [];
  for (let run = first; run < first + count; run++) {
    lives.push(await liveOnce(run, planOf(run, chance), { url, format, spool: directory }, endpoint));
  }
  endpoint.mode = 'up';
  const { code, output } = await deliver(directory, format, url);
  const left = readdirSync(directory).filter((name) => name !== 'damaged');
  const torn = tornIn(directory);
  outcome.torn += torn.count;
  // It ends with 1 where records were damaged.
  const expected = torn.count > 0 && /failed \(corrupt\)/.test(output) ? 1 : 0;
  if (code !== expected) torn.faults.push(`the command ended with ${code}: ${output}`);
  outcome.faults.push(...torn.faults.map((fault) => `runs from ${first}: ${fault}`));
  if (left.length > 0) outcome.faults.push(`runs from ${first}: ${left} is left`);
  rmSync(directory, { recursive: true });
  return lives;
}

/** Delivers without the application. @param {string} directory @param {string} format @param {string} url */
async function deliver(directory, format, url) {
  const env = { REMOTE_LOGGER_FORMAT: format };
  const child = spawn(process.execPath, [COMMAND, 'spool', directory, '--send', url], { env, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, output };
}
