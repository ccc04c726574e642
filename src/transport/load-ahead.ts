import { Socket } from 'node:net';
import { Client } from 'undici/index.js';
import { asOwnWork } from '../feedback.js';

/**
 * undici loads its parser at the first connection. Jest lets nothing be loaded once a suite has ended, and fails the whole run for
 * an attempt: so there, a connection that comes to nothing has it loaded now.
 */
export function loadParser(): void {
  const client = new Client('http://localhost', {
    connect: (_options, callback) => callback(null, new Socket().destroy()),
  });
  asOwnWork(() =>
    client.dispatch({ method: 'GET', path: '/' }, { onRequestStart() {}, onResponseError() {} }),
  );
  client.destroy(null, () => {});
}
