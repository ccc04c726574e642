import { describe, expect, it } from 'vitest';
import { type Proxies, parseExceptions, parseProxy, proxyFor } from '../../../src/config/proxy.js';
import { targetOf, Way } from '../../../src/transport/http/target.js';

const HTTP = parseProxy('http://user:p%40ss@proxy:3128');
const HTTPS = parseProxy('https://secure-proxy');
const proxies = (except = ''): Proxies => ({ http: HTTP, https: HTTPS, except: parseExceptions(except) });
const AUTHORIZATION = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;

describe('a proxy', () => {
  it.each<[text: string, origin: string | undefined]>([
    ['http://proxy:3128/', 'http://proxy:3128'],
    ['https://proxy', 'https://proxy'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['proxy:3128', undefined],
    ['socks5://proxy', undefined],
    ['', undefined],
  ])('is read from %j', (text, origin) => {
    expect(parseProxy(text)?.origin).toBe(origin);
  });

  it.each<[except: string, url: string, isProxied: boolean]>([
    ['', 'http://a.example', true],
    ['*', 'http://a.example', false],
    ['a.example', 'http://a.example', false],
    ['A.Example', 'http://a.example', false],
    ['example', 'http://a.example', false],
    ['.example', 'http://a.example', false],
    ['*.example', 'http://a.example', false],
    ['a.example', 'http://aa.example', true],
    ['b.example, a.example', 'http://a.example', false],
    ['b.example a.example', 'http://a.example', false],
    ['a.example:80', 'http://a.example', false],
    ['a.example:443', 'https://a.example', false],
    ['a.example:81', 'http://a.example', true],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080', false],
    ['::1', 'http://[::1]:8080', false],
    ['[::1]', 'http://[::1]:8080', false],
    ['[::1]:8080', 'http://[::1]:8080', false],
    ['[::1]:8081', 'http://[::1]:8080', true],
    [',,', 'http://a.example', true],
    ['a.example.', 'http://a.example', false],
    ['a.example', 'http://a.example.', false],
    ['10.0.0.0/8', 'http://10.1.2.3:8088', false],
    ['10.0.0.0/8', 'http://11.1.2.3', true],
    ['10.0.0.0/8', 'http://10.example', true],
    ['10.0.0.0/33', 'http://10.0.0.0', true],
    ['fd00::/8', 'http://[fd12::1]', false],
    ['[fd00::]/8', 'http://[fd12::1]', false],
    ['fd00::/8', 'http://[fe12::1]', true],
    ['a.example/8', 'http://a.example', true],
  ])('is passed by, with NO_PROXY %j, to %s: %s', (except, url, isProxied) => {
    expect(proxyFor(new URL(url), proxies(except)) !== undefined).toBe(isProxied);
  });

  it('is the one of the scheme', () => {
    expect(proxyFor(new URL('http://a'), proxies())).toBe(HTTP);
    expect(proxyFor(new URL('https://a'), proxies())).toBe(HTTPS);
  });
});

describe('targetOf', () => {
  it('asks a proxy for the whole URL of http:, with its own credentials', () => {
    expect(targetOf(new URL('http://a.example:81/x?y=1'), proxies())).toMatchObject({
      origin: 'http://proxy:3128',
      path: 'http://a.example:81/x?y=1',
      headers: { host: 'a.example:81', 'proxy-authorization': AUTHORIZATION },
      tunnel: undefined,
    });
  });

  it('goes through a tunnel to https:, and says nothing of the proxy there', () => {
    expect(targetOf(new URL('https://a.example/x?y=1'), proxies())).toMatchObject({
      origin: 'https://a.example',
      path: '/x?y=1',
      headers: {},
      tunnel: HTTPS,
    });
  });

  it('goes straight to an exception', () => {
    const target = { origin: 'http://a.example', path: '/x', headers: {}, isProxied: false };
    expect(targetOf(new URL('http://a.example/x'), proxies('a.example'))).toMatchObject(target);
  });
});

describe('the way to http: behind a proxy', () => {
  const start = (url = 'http://a.example/x'): Way => new Way(new URL(url), proxies());
  const isTunnel = (way: Way): boolean => way.target.tunnel !== undefined;
  const fail = (way: Way, byProxy: boolean): void => way.failed(way.target, byProxy);

  it('is a tunnel after a request without an answer, and a request after a tunnel that the proxy refused', () => {
    const way = start();
    expect(isTunnel(way)).toBe(false);
    fail(way, false);
    expect(isTunnel(way)).toBe(true);
    fail(way, true);
    expect(isTunnel(way)).toBe(false);
  });

  it('stays what it is after a failure that does not speak against it', () => {
    const way = start();
    fail(way, true); // as the proxy is down
    expect(isTunnel(way)).toBe(false);
    fail(way, false);
    fail(way, false); // as the endpoint is down
    expect(isTunnel(way)).toBe(true);
  });

  it('changes once for several that fail together', () => {
    const way = start();
    const { target } = way;
    way.failed(target, false);
    way.failed(target, false);
    expect(isTunnel(way)).toBe(true);
  });

  it('stays what it is once it has worked', () => {
    const way = start();
    way.worked();
    fail(way, false);
    expect(isTunnel(way)).toBe(false);
  });

  it('is the only one to https:', () => {
    const way = start('https://a.example/x');
    fail(way, true);
    fail(way, false);
    expect(isTunnel(way)).toBe(true);
  });
});
