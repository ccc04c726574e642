import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In a time that tells nothing of how much of it is right. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * What has to be known to send and to read. A browser gets a cookie for it, which is another one after each start and tells nothing of the token: a
 * browser sends cookies to all ports of a host.
 */
export class Token {
  readonly #token: string;
  readonly #cookie: string;

  constructor(token: string) {
    this.#token = token;
    this.#cookie = createHmac('sha256', randomBytes(32)).update(token).digest('base64url');
  }

  isIn({ authorization = '' }: IncomingHttpHeaders): boolean {
    const [, given = ''] = /^bearer +(.+)$/i.exec(authorization) ?? [];
    return isSame(given, this.#token);
  }

  /** Enough to read, and not to send: a browser adds it by itself. */
  isInCookie({ cookie = '' }: IncomingHttpHeaders, port: number): boolean {
    return cookie
      .split(';')
      .map((part) => part.trim())
      .some(
        (part) => part.startsWith(nameFor(port)) && isSame(part.slice(nameFor(port).length), this.#cookie),
      );
  }

  is(given: string): boolean {
    return isSame(given, this.#token);
  }

  setCookie(port: number): string {
    return `${nameFor(port)}${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

const nameFor = (port: number): string => `otel-remote-logger-${port}=`;
