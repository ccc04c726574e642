import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** No setting of whoever runs the bench may change what is measured. */
export const CLEAN_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(OTEL_|REMOTE_LOGGER_|NODE_OPTIONS|\w*_proxy$)/i.test(name),
  ),
);

/** @typedef {{ timeoutMillis?: number, variables?: Record<string, string>, cwd?: string }} Limits */

/**
 * Runs a program to its end. Settles with its exit code, when it ended (milliseconds since 1970) and what it printed.
 * Rejects when it takes longer than the limit.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Limits} limits
 * @returns {Promise<{ code: number | null, endedAt: number, stdout: string, stderr: string }>}
 */
export function runProgram(command, args, { timeoutMillis = 180_000, variables = {}, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...CLEAN_ENVIRONMENT, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMillis,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    let endedAt = 0;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('exit', () => {
      endedAt = performance.timeOrigin + performance.now();
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') reject(new Error(`out of time: ${command} ${args.join(' ')}\n${stderr}`));
      else resolve({ code, endedAt, stdout, stderr });
    });
  });
}

/**
 * Runs a program of `children/` in a Node process of its own, with its settings as JSON; gives the JSON that it printed.
 * @param {string} program
 * @param {object} settings
 * @param {{ execArgv?: string[], timeoutMillis?: number }} [limits]
 */
export async function measure(program, settings, { execArgv = [], timeoutMillis } = {}) {
  const args = [...execArgv, childPath(program), JSON.stringify(settings)];
  const result = await runProgram(process.execPath, args, { timeoutMillis });
  return readJson(result, `${program} ${JSON.stringify(settings)}`);
}

export function readJson({ code, stdout, stderr }, what) {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${stderr || stdout}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

export const childPath = (program) => fileURLToPath(new URL(`../children/${program}.mjs`, import.meta.url));
