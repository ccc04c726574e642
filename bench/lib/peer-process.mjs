import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrivals } from './arrivals.mjs';
import { CLEAN_ENVIRONMENT, childPath } from './child.mjs';

/** A folder of its own for a queue on disk. */
export const newSpool = () => mkdtempSync(join(tmpdir(), 'bench-spool-'));

/** Starts a process that logs with a peer. `said()` is its next message, or `undefined` if it ends without one. */
export function startPeer(settings) {
  const stdio = /** @type {const} */ (['ignore', 'ignore', 'ignore', 'ipc']);
  const options = { execArgv: [], stdio: [...stdio], env: CLEAN_ENVIRONMENT };
  const child = fork(childPath('peer'), [JSON.stringify(settings)], options);
  const closed = once(child, 'close');
  return {
    said: () =>
      Promise.race([once(child, 'message').then(([message]) => message), closed.then(() => undefined)]),
    kill: () => child.kill('SIGKILL'),
    tell: (word) => child.connected && child.send(word),
    /** A process that does not end within 20 s ends then. */
    async ended() {
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** A sink that every peer takes for its own, in a process of its own. */
export async function startPeerSink(wanted = 0) {
  const child = fork(childPath('peer-sink'), [String(wanted)], { execArgv: [] });
  const [{ port }] = await once(child, 'message');
  const origin = `http://127.0.0.1:${port}`;
  /** @param {number} [records] @param {number} [patience] @param {import('./peer-record.mjs').Kind} [kind] */
  const settled = (records, patience, kind = 'rec') => arrivals(`${origin}/count/${kind}`, records, patience);
  const close = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { origin, settled, close };
}
