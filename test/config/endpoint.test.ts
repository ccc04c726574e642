import { describe, expect, test } from 'vitest';
import { isOtlpPath, parseEndpoint } from '../../src/config/endpoint.js';
import { redactUrl } from '../../src/runtime/redact.js';

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;

describe('an endpoint is an absolute http: or https: URL', () => {
  test.each<[value: unknown, href: string, credentials?: string]>([
    ['http://127.0.0.1:4000/logs', 'http://127.0.0.1:4000/logs'],
    [new URL('http://127.0.0.1:4000/logs'), 'http://127.0.0.1:4000/logs'],
    [' HTTPS://Example.org ', 'https://example.org/'],
    ['http://[::1]:80/x', 'http://[::1]/x'],
    ['http://127.0.0.1/?token=kept#gone', 'http://127.0.0.1/?token=kept'],
    ['http://me:pass@127.0.0.1/', 'http://127.0.0.1/', 'me:pass'],
    ['http://me:p%40s%3As%2F@127.0.0.1/', 'http://127.0.0.1/', 'me:p@s:s/'],
    ['http://me@127.0.0.1/', 'http://127.0.0.1/', 'me:'],
    ['http://:pass@127.0.0.1/', 'http://127.0.0.1/', ':pass'],
    ['http://ü:ß✓@127.0.0.1/', 'http://127.0.0.1/', 'ü:ß✓'],
    ['http://me:100%@127.0.0.1/', 'http://127.0.0.1/', 'me:100%'],
  ])('%s', (value, href, credentials) => {
    const endpoint = parseEndpoint(value);
    expect(endpoint?.url.href).toBe(href);
    expect(endpoint?.authorization).toBe(credentials && basic(credentials));
  });

  test.each([
    [''],
    ['garbage'],
    ['/logs'],
    ['//127.0.0.1/logs'],
    ['127.0.0.1:80'],
    ['ftp://127.0.0.1/'],
    ['file:///tmp'],
    ['http:127.0.0.1'],
    ['http:/127.0.0.1'],
    ['http:///127.0.0.1'],
    ['http://'],
    ['http://?x'],
    ['http://127.0.0.1:99999/'],
    [undefined],
    [null],
    [42],
    [{ href: 'http://127.0.0.1/' }],
  ])('%j is none', (value) => {
    expect(parseEndpoint(value)).toBeUndefined();
  });

  test('a URL object that was given is not changed', () => {
    const url = new URL('http://me:pass@127.0.0.1/#hash');
    parseEndpoint(url);
    expect(url.href).toBe('http://me:pass@127.0.0.1/#hash');
  });
});

describe('a URL in a message holds no credentials', () => {
  test.each([
    ['ftp://example.org/x', 'ftp://example.org/x'],
    ['ftp://me:pass@example.org/x', 'ftp://***@example.org/x'],
    ['ftp://me:p@ss@example.org/x', 'ftp://***@example.org/x'],
    ['me:pass@example.org', '***@example.org'],
    ['http:///me:pass@example.org', 'http://***@example.org'],
    ['http://me:pa\nss@', 'http://***@'],
    ['ftp://me:pa?ss@example.org', 'ftp://***'],
    ['ftp://me:pa#ss@example.org?token=1', 'ftp://***'],
    ['ftp://h/?to=a@b&token=secret', 'ftp://***'],
    ['ftp://example.org/?token=1', 'ftp://example.org/?***'],
    ['ftp://example.org/#token', 'ftp://example.org/?***'],
    ['example.org/?token=1\n2', 'example.org/?***'],
  ])('%j is shown as %j', (text, shown) => {
    expect(redactUrl(text)).toBe(shown);
  });
});

test.each([
  ['/v1/logs', true],
  ['/v1/logs/', true],
  ['/otlp/v1/logs?a=b', true],
  ['/v1/logs/flat', false],
  ['/v1/logstash', false],
  ['/logs?path=/v1/logs', false],
])('%s is an OTLP path: %s', (path, expected) => {
  expect(isOtlpPath(new URL(path, 'http://127.0.0.1'))).toBe(expected);
});
