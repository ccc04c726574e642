import { Socket } from 'node:net';
import { Client } from 'undici/index.js';
import { isFaultOfSystem } from '../../runtime/load.js';
import { Post } from './post.js';

let isLoaded = false;

/**
 * Has undici load its HTTP parser now. By itself it reads those files when its first connection has opened. Then there may be no
 * file descriptor for them, or no module system: Jest's ends with a suite, and fails the whole run for an attempt. undici loads the
 * parser before it looks at the socket, so one that has ended will do.
 */
export function loadParser(): void {
  if (isLoaded) return;
  const ended = new Socket().destroy();
  const dispatcher = new Client(TARGET.origin, { connect: (_, callback) => callback(null, ended) });
  let fault: unknown;
  dispatcher.once('connectionError', (_origin, _targets, error) => {
    fault = error;
  });
  new Post(() => {}).start({ dispatcher, closes: false }, TARGET, [], new Uint8Array());
  dispatcher.destroy(null, () => {});
  if (isFaultOfSystem(fault)) throw fault;
  isLoaded = true;
}

/** No `new URL()`, whose literal bundlers take for a file. */
const TARGET = { origin: 'http://localhost', path: '/' };
