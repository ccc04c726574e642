import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pick } from './chance.mjs';
import { isLong } from './records.mjs';

const CHILD = fileURLToPath(new URL('../children/killed.js', import.meta.url));

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Endpoint, Mode } from './endpoint.mjs' */

/**
 * @typedef {object} Plan
 * @property {'killed' | 'stopped' | 'aborts' | 'out of memory'} how it dies
 * @property {Mode} mode of the endpoint
 * @property {number} perTurn records
 * @property {boolean} thread
 * @property {number} afterMillis
 * @property {number} stoppedMillis before it is killed
 */

/**
 * @typedef {object} Life
 * @property {number} run
 * @property {Plan} plan
 * @property {number} ended records of turns that had ended
 * @property {readonly { upTo: number, at: bigint }[]} logged
 * @property {bigint} diedAt
 */

/** @type {readonly Plan['how'][]} */
const WAYS = ['killed', 'killed', 'killed', 'killed', 'stopped', 'stopped', 'aborts', 'out of memory'];
/** @type {readonly Mode[]} */
const MODES = ['up', 'up', 'flaky', 'down'];

/** @param {number} run @param {() => number} chance @returns {Plan} */
export function planOf(run, chance) {
  const plan = {
    how: pick(chance, WAYS),
    mode: pick(chance, MODES),
    perTurn: pick(chance, [1, 5, 20]),
    thread: chance() < 0.5,
    // Some while it starts and takes over.
    afterMillis: Math.floor(chance() * (chance() < 0.3 ? 50 : 1500)),
    stoppedMillis: 10 + Math.floor(chance() * 100),
  };
  return isLong(run) ? { ...plan, how: 'killed', mode: 'up', perTurn: 1, afterMillis: 5000 } : plan;
}

/**
 * A process from its start to its death.
 * @param {number} run @param {Plan} plan @param {object} options of its logger @param {Endpoint} endpoint @returns {Promise<Life>}
 */
export async function liveOnce(run, plan, options, endpoint) {
  endpoint.mode = plan.mode;
  const child = start(run, plan, options);
  const said = sayings(child);
  const closed = new Promise((resolve) => child.on('close', resolve));
  await said.began;
  const killedAt = await end(child, plan);
  await closed;
  const { ended, logged, lastAt } = said;
  return { run, plan, ended, logged, diedAt: killedAt ?? lastAt };
}

/** @param {number} run @param {Plan} plan @param {object} options */
function start(run, { how, perTurn, thread, afterMillis }, options) {
  const flags = how === 'out of memory' ? ['--max-old-space-size=40'] : [];
  const retry = { initialDelayMillis: 20, maxDelayMillis: 200 };
  const all = { ...options, thread, retry, batch: { scheduledDelayMillis: 20 } };
  const args = [all, run, perTurn, how, afterMillis].map((arg) => JSON.stringify(arg));
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'ignore']);
  return spawn(process.execPath, [...flags, CHILD, ...args], { env: {}, stdio: [...stdio] });
}

/** Says when it was killed; `undefined` if it sees to its death itself. @param {ChildProcess} child @param {Plan} plan */
async function end(child, { how, afterMillis, stoppedMillis }) {
  if (how === 'aborts' || how === 'out of memory') return undefined;
  await pause(afterMillis);
  if (how === 'stopped') {
    child.kill('SIGSTOP');
    await pause(stoppedMillis);
  }
  const now = process.hrtime.bigint();
  child.kill('SIGKILL');
  return now;
}

/** What a child says, as it comes. @param {ChildProcess} child */
function sayings(child) {
  let text = '';
  let begin = () => {};
  const said = {
    ended: 0,
    /** @type {{ upTo: number, at: bigint }[]} */
    logged: [],
    lastAt: 0n,
    began: /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        begin = resolve;
        child.on('close', () => resolve());
      })
    ),
  };
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    begin();
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const [word, upTo, at] = line.split(' ');
      said.lastAt = BigInt(at ?? 0);
      if (word === 'e') said.ended = Number(upTo);
      else said.logged.push({ upTo: Number(upTo), at: said.lastAt });
    }
  });
  return said;
}
