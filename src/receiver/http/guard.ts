import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Refusal } from './answer.js';
import type { Token } from './token.js';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
/** An address that stands for all of the machine: clients know it by any name. */
const ALL: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

const isLoopback = (host: string): boolean =>
  LOOPBACK.has(host) || (isIP(host) === 4 && host.startsWith('127.'));

/** Decides who may send and read. Throws a `Refusal`. */
export class Guard {
  constructor(
    private readonly host: string,
    private readonly token: Token | undefined,
  ) {}

  /** Refuses what a page of another site, or a name that was bound to this address, has a browser send. */
  checkSource({ headers, method, url }: IncomingMessage): void {
    const { host = '', origin } = headers;
    if (!this.#isOurs(host)) throw new Refusal(421, `this receiver is not known as "${host}": see --host`);
    if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
      throw new Refusal(403, 'a page of another origin may neither send nor read');
    const site = headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return;
    // A link on another site may lead to the page, which nobody can put in a frame.
    const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    if (isLink && method === 'GET' && /^\/(\?|$)/.test(url ?? '')) return;
    throw new Refusal(403, 'another site may neither send nor read');
  }

  checkSender({ headers }: IncomingMessage): void {
    if (this.token !== undefined && !this.token.isIn(headers)) throw NO_TOKEN;
  }

  checkReader({ headers, socket }: IncomingMessage): void {
    if (this.token === undefined || this.token.isIn(headers)) return;
    if (!this.token.isInCookie(headers, socket.localPort ?? 0)) throw NO_TOKEN;
  }

  #isOurs(host: string): boolean {
    const name = nameIn(host);
    // With a token, which is asked for then, a name that somebody else has bound to this address is of no use.
    return (
      isLoopback(name) || name === this.host.toLowerCase() || (ALL.has(this.host) && this.token !== undefined)
    );
  }
}

const NO_TOKEN = new Refusal(
  401,
  'a token is asked for: Authorization: Bearer <token>; in a browser, /?token=<token>',
  {},
  { 'www-authenticate': 'Bearer' },
);

/** The host of a `Host` header, without its port and without the brackets of an IPv6 address. */
const nameIn = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '');
