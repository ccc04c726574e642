import { resolve } from 'node:path';
import { askRoutes } from '../../ask/ask-routes.js';
import { listenToken } from '../../config/config.js';
import { pageRoutes } from '../../page/page-routes.js';
import { type Receiver, startReceiver } from '../../receiver/http/receiver.js';
import { FileStore } from '../../receiver/store/file-store.js';
import { codeOf } from '../../runtime/foreign.js';
import { maskUserInfo } from '../../runtime/redact.js';
import { DONE, type Streams, type Subcommand } from '../subcommand.js';
import { tell } from '../terminal.js';
import { type ListenOptions, listenOptions } from './listen-options.js';
import { tail } from './tail.js';
import { LISTEN_USAGE } from './usage.js';

export const LISTEN_COMMAND: Subcommand = {
  usage: LISTEN_USAGE,
  run: (args, streams) => listen(listenOptions(args, listenToken()), streams),
};

/** Receives until a signal comes. */
async function listen(options: ListenOptions, { stdout, stderr }: Streams): Promise<number> {
  // Nobody may read what it says any more. It goes on.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  const say = (message: string): void => tell(stderr, message);
  const store = await FileStore.open(options, say);
  const endTail = options.isTailing ? tail(store, stdout, say) : undefined;
  try {
    const receiver = await startReceiver(
      options,
      store,
      { ...pageRoutes(store), ...askRoutes(options.directory) },
      say,
    ).catch((error) => {
      throw codeOf(error) === 'EADDRINUSE' ? new Error(inUse(options)) : error;
    });
    (options.isTailing ? stderr : stdout).write(greeting(options, receiver));
    await signal();
    await receiver.close();
  } finally {
    endTail?.();
    await store.close();
  }
  return DONE;
}

const inUse = ({ host, port }: ListenOptions): string =>
  `${urlOf(host, port)} is in use: another receiver may be running there; --port takes another port`;

function greeting({ host, directory, token }: ListenOptions, { port }: Receiver): string {
  const url = urlOf(host, port);
  const header = token === undefined ? '' : "  REMOTE_LOGGER_HEADERS='authorization=Bearer%20<token>'\n";
  return `otel-remote-logger listens. Start applications with

  REMOTE_LOGGER_URL=${url}
${header}
Page   ${url}/${token === undefined ? '' : '?token=<token>'}
Files  ${maskUserInfo(resolve(directory))}
`;
}

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The second one ends the process at once, as it does where nobody listens. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
