import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

/** Starts a receiver. It listens when this settles. @param {number} port @param {string} directory @param {readonly string[]} [more] */
export async function startReceiver(port, directory, more = []) {
  const args = [COMMAND, 'listen', '--port', `${port}`, '--dir', directory, ...more];
  const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const closed = new Promise((resolve) => child.on('close', resolve));
  const listens = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text) => resolve(/REMOTE_LOGGER_URL=(\S+)/.exec(text)?.[1]));
  });
  const url = await Promise.race([listens, closed]);
  if (child.exitCode !== null) throw new Error(`the receiver has ended with ${child.exitCode}: ${said}`);
  return {
    url: String(url),
    said: () => said,
    /** @param {NodeJS.Signals} signal */
    end: (signal) => {
      child.kill(signal);
      return closed;
    },
  };
}

/**
 * Starts a receiver again and again, and kills it each time, until the time is over. The last one lives.
 * @param {number} port @param {string} directory @param {number} until @param {() => number} chance
 */
export async function receiveAndDie(port, directory, until, chance) {
  let deaths = 0;
  let said = '';
  for (;;) {
    const receiver = await startReceiver(port, directory);
    await pause(Math.min(200 + 5000 * chance(), Math.max(until - Date.now(), 0)));
    if (Date.now() >= until) return { deaths, said: () => said + receiver.said(), end: receiver.end };
    await receiver.end('SIGKILL');
    said += receiver.said();
    deaths++;
    await pause(500 * chance());
  }
}
