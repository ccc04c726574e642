import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SENDER = fileURLToPath(new URL('../children/sender.js', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

/** A life of a sender: its number, and how many of its records were logged in turns that had ended. @typedef {{ number: number, ended: number }} Life */

/** Four of them: with and without thread, one record a POST and many. */
export const KINDS = [
  { format: 'object', thread: false },
  { format: 'object', thread: true },
  { format: 'ndjson', thread: false },
  { format: 'ndjson', thread: true },
];

/**
 * Starts a sender again and again, and kills it each time, until the time is over.
 * @param {number} index @param {typeof KINDS[number]} kind @param {string} url @param {string} spool @param {number} until @param {() => number} chance
 * @returns {Promise<Life[]>}
 */
export async function sendAndDie(index, kind, url, spool, until, chance) {
  /** @type {Life[]} */
  const lives = [];
  while (Date.now() < until) {
    const life = { number: index * 1000 + lives.length, ended: 0 };
    lives.push(life);
    const child = start(life, { ...kind, url, spool });
    // Some while they start and take over.
    await pause(
      Math.min(chance() < 0.2 ? 200 * chance() : 1000 + 4000 * chance(), Math.max(until - Date.now(), 0)),
    );
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
  }
  return lives;
}

/** @param {Life} life @param {object} options */
function start(life, options) {
  const all = {
    ...options,
    timeoutMillis: 1500,
    retry: { initialDelayMillis: 20, maxDelayMillis: 500 },
    batch: { scheduledDelayMillis: 20 },
  };
  const args = [all, life.number, 3, 10].map((arg) => JSON.stringify(arg));
  const child = spawn(process.execPath, [SENDER, ...args], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    life.ended = Number(lines.at(-1) ?? life.ended);
  });
  return child;
}

/** Delivers what the last life has left. @param {string} spool @param {string} url @param {string} format */
export async function deliverRest(spool, url, format) {
  const env = { REMOTE_LOGGER_FORMAT: format, REMOTE_LOGGER_TIMEOUT: '5000' };
  const child = spawn(process.execPath, [COMMAND, 'spool', spool, '--send', url], { env, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, output };
}
