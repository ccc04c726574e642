import { closeSync, constants, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { randomUuid } from '../runtime/uuid.js';

/** The file of a lock in its folder. */
export const LOCK = 'lock';

/**
 * The lock of a folder: a unix socket that listens. The kernel lets go of it when its owner dies, in whichever way, and no sooner:
 * a process that is stopped, or stuck, still has it. It knows neither pids nor time, and so works between containers that have
 * the same pid and host name, and whatever the wall clock does. Node opens sockets so that no child process inherits them.
 */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a folder that nobody else knows yet. It is there on return, as Node binds a socket's path at once; it holds no
 * process. Throws where there can be none.
 */
export function takeLock(folder: string): Lock {
  const { boundTo, release } = listenIn(folder);
  try {
    renameSync(join(folder, boundTo), join(folder, LOCK));
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

/** A socket that listens in a folder, under a name that nobody knows. Closing it removes the path that it was bound to: by then, that must be nobody's. */
export function listenIn(folder: string): Lock & { readonly boundTo: string } {
  const { createServer } = process.getBuiltinModule('node:net');
  const server = createServer((asker) => asker.destroy());
  server.on('error', (error) => logToDiag('warn', `the lock in ${folder}: ${textOf(error)}`));
  const boundTo = randomUuid().slice(-8);
  reach(folder, boundTo, (path, letGo) => {
    // A cluster's worker would have the primary process listen, for all workers together, if it was not exclusive.
    server.listen({ path, exclusive: true });
    letGo();
  });
  if (!server.listening) {
    server.close();
    throw new Error(`no socket can be made in ${folder}`);
  }
  server.unref();
  return { boundTo, release: () => void server.close() };
}

/** What is known of a lock: `unknown` where it can't be asked. */
export type LockState = 'taken' | 'free' | 'unknown';

/** Asks whether somebody has the lock of a folder. Where there is no lock, nobody has it. */
export function stateOfLock(folder: string, name = LOCK): Promise<LockState> {
  const { connect } = process.getBuiltinModule('node:net');
  return new Promise((resolve) => {
    try {
      reach(folder, name, (path, letGo) => {
        const socket = connect({ path });
        const end = (state: LockState): void => {
          letGo();
          socket.destroy();
          resolve(state);
        };
        socket.on('connect', () => end('taken'));
        socket.on('error', (error) => end(meaningOf(error)));
      });
    } catch (error) {
      resolve(meaningOf(error));
    }
  });
}

function meaningOf(error: unknown): LockState {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'free';
  // So many have asked a process that is stopped that no more can wait for its answer.
  return code === 'EAGAIN' ? 'taken' : 'unknown';
}

/** A socket's path has room for 103 bytes on macOS, and for 107 on Linux. Node 20 cuts what is longer, and says nothing. */
const MOST_PATH_BYTES = 103;

/** Calls `use` with a path of a socket that is short enough. It stays one until `letGo` is called. */
function reach(folder: string, name: string, use: (path: string, letGo: () => void) => void): void {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) {
    use(path, () => {});
    return;
  }
  const bytes = Buffer.byteLength(path);
  if (process.platform !== 'linux')
    throw new Error(`${path} is too long for a socket: ${bytes} bytes, ${MOST_PATH_BYTES} at the most`);
  let descriptor: number | undefined = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  use(`/proc/self/fd/${descriptor}/${name}`, () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  });
}
