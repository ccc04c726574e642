/** `npm run demo -- --page`: the same records on the page of `npx otel-remote-logger listen`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

/** Starts the receiver in a process of its own, with its files in a folder that goes with it. */
export async function startPage() {
  const directory = await mkdtemp(join(tmpdir(), 'otel-remote-logger-demo-'));
  const args = [COMMAND, 'listen', '--port=0', `--dir=${directory}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += text;
    if (/Page +http\S+\n/.test(said)) break;
  }
  const [, url] = /Page +(http\S+)\n/.exec(said) ?? [];
  if (url === undefined) throw new Error('the receiver has not started');
  return {
    url,
    /** @param {object} record */
    async send(record) {
      const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(record) });
      if (status !== 200) throw new Error(`the receiver answered ${status}`);
    },
    /** Settles when somebody ends the demo. */
    async untilEnded() {
      const stop = () => child.kill('SIGTERM');
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
