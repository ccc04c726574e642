import { describe, expect, it } from 'vitest';
import { classifyResponse, redirectTarget } from '../../../src/transport/http/classify-response.js';

const CLOCK = { wallNow: () => 0 };

describe('judge', () => {
  it.each([200, 201, 202, 204, 299])('takes %i as delivered', (status) => {
    expect(classifyResponse({ status }, CLOCK)).toEqual({ outcome: 'delivered', status });
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('tries again after %i', (status) => {
    expect(classifyResponse({ status, retryAfter: '2' }, CLOCK)).toEqual({
      outcome: 'retry',
      cause: `HTTP ${status}`,
      status,
      afterMillis: 2000,
    });
  });

  it("tries again after a proxy's 407, and says whose it is", () => {
    expect(classifyResponse({ status: 407 }, CLOCK)).toMatchObject({
      outcome: 'retry',
      cause: 'proxy: HTTP 407',
    });
  });

  it.each<[number, string]>([
    [400, 'rejected'],
    [422, 'rejected'],
    [413, 'too_large'],
    [301, 'refused'],
    [302, 'refused'],
    [303, 'refused'],
    [304, 'refused'],
    [307, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [405, 'refused'],
    [415, 'refused'],
    [501, 'refused'],
    [505, 'refused'],
  ])('gives up after %i: %s', (status, reason) => {
    expect(classifyResponse({ status }, CLOCK)).toEqual({
      outcome: 'refused',
      reason,
      cause: `HTTP ${status}`,
      status,
    });
  });
});

describe('redirectTarget', () => {
  const from = new URL('https://a.example/logs');

  it.each<[string, number, string | undefined, string | undefined]>([
    ['follows 307', 307, 'https://b.example/x', 'https://b.example/x'],
    ['follows 308, relative', 308, '/other?x=1', 'https://a.example/other?x=1'],
    ['takes no credentials from the answer', 307, 'https://u:p@b.example/', 'https://b.example/'],
    ['does not follow 301', 301, '/x', undefined],
    ['does not follow 302', 302, '/x', undefined],
    ['does not follow 303', 303, '/x', undefined],
    ['needs a location', 307, undefined, undefined],
    ['needs one that makes sense', 307, 'http://[', undefined],
    ['does not go on in the clear', 307, 'http://a.example/logs', undefined],
    ['does not leave HTTP', 307, 'ftp://a.example/logs', undefined],
  ])('%s', (_, status, location, expected) => {
    expect(redirectTarget({ status, location }, from)?.href).toBe(expected);
  });

  it('may go from the clear to TLS and stay in the clear', () => {
    const clear = new URL('http://a.example/');
    for (const location of ['http://b.example/', 'https://b.example/']) {
      expect(redirectTarget({ status: 307, location }, clear)?.href).toBe(location);
    }
  });
});
