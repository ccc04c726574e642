import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporary } from './stores.js';

const COMMAND = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

/** `otel-remote-logger listen` as a process of its own, with a directory of its own. */
export async function startListen(...args: readonly string[]) {
  const directory = temporary();
  const all = [COMMAND, 'listen', '--dir', directory.path, '--port', '0', ...args];
  const child = spawn(process.execPath, all, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  while (!/REMOTE_LOGGER_URL=\S+/.test(said)) await once(child.stdout, 'data');
  return {
    directory: directory.path,
    url: /REMOTE_LOGGER_URL=(\S+)/.exec(said)?.[1] ?? '',
    /** The most memory that it has had, in MiB. */
    peakMib: () => mibOf(child.pid, 'VmHWM'),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
      directory[Symbol.dispose]();
    },
  };
}

const mibOf = (pid: number | undefined, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
