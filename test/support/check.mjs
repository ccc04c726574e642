import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

let passed = 0;
let failed = 0;

/**
 * One check, which prints one line. A check that fails ends nothing but itself.
 * @template T @param {string} name @param {() => Promise<T> | T} work @returns {Promise<T | undefined>}
 */
export async function check(name, work) {
  const start = performance.now();
  try {
    const result = await work();
    passed++;
    console.log(`ok: ${name} (${Math.round((performance.now() - start) / 1000)} s)`);
    return result;
  } catch (error) {
    failed++;
    const {
      message,
      stdout = '',
      stderr = '',
    } = /** @type {Error & { stdout?: string; stderr?: string }} */ (error);
    console.log(`FAILED: ${name}\n${[message, stdout, stderr].join('\n').trim().slice(-4000)}`);
    return undefined;
  }
}

/** Checks that a tool has counted. @param {string} name @param {number} good @param {number} bad */
export function count(name, good, bad) {
  passed += good;
  failed += bad;
  console.log(`${bad === 0 ? 'ok' : 'FAILED'}: ${name}: ${good} of ${good + bad} tests`);
}

/** The last line; the exit code is 1 if anything has failed, or nothing ran. @param {string} name */
export function summarize(name) {
  console.log(`${name}: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

/** @param {unknown} condition @param {string} message */
export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** A project's environment: what npm told us about this one is none of its business, nor are our settings. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_config_local_prefix$|REMOTE_LOGGER_|OTEL_|NODE_OPTIONS$|NODE_PATH$|VITEST)/.test(
        name,
      ),
  ),
);

/**
 * Runs a program to its end; rejects if that is not 0 or takes too long.
 * @param {string} command @param {readonly string[]} args @param {string} cwd
 * @param {{ env?: Record<string, string>; timeoutMillis?: number }} [options]
 */
export async function run(command, args, cwd, { env: more = {}, timeoutMillis = 60_000 } = {}) {
  const options = { cwd, env: { ...env, ...more }, timeout: timeoutMillis, maxBuffer: 2 ** 26 };
  const { stdout, stderr } = await promisify(execFile)(command, args, { ...options, killSignal: 'SIGKILL' });
  return { stdout, stderr };
}
