import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Beginning, excerptOf } from '../../../src/transport/http/excerpt.js';
import { secretsOf } from '../../../src/transport/http/secrets.js';

type Fields = Partial<Omit<Beginning, 'bytes'>>;
const bodyOf = (content: string | Uint8Array, fields: Fields = {}): Beginning => ({
  bytes: Buffer.from(content as string),
  isCut: false,
  ...fields,
});
const HTML = { contentType: 'text/html; charset=utf-8' };

describe('of an answer, people are told', () => {
  it.each<[name: string, body: Beginning, told: string | undefined]>([
    ['its text', bodyOf('Table default.logs does not exist'), '"Table default.logs does not exist"'],
    ['nothing, where there is none', bodyOf(''), undefined],
    ['nothing of white space', bodyOf(' \r\n\t '), undefined],
    ['one line', bodyOf(' a\r\n\r\n  b\tc\u2028d\u0000e '), '"a b c d e"'],
    [
      'no colours and no tricks of direction',
      bodyOf('\u001b[31mred\u202Edetrevni\u200b'),
      '"[31mred detrevni"',
    ],
    ['200 characters', bodyOf('x'.repeat(201)), `"${'x'.repeat(200)}..."`],
    ['200 characters, however many bytes they are', bodyOf('😀'.repeat(200)), `"${'😀'.repeat(200)}"`],
    [
      'that it is no text',
      bodyOf(Uint8Array.from({ length: 99 }, (_, at) => (at * 37) % 256)),
      'a body that is no text',
    ],
    ['that it is compressed', bodyOf(gzipSync('text'), { contentEncoding: 'gzip' }), 'a body in gzip'],
    [
      'that it is compressed, though nothing says so',
      bodyOf(gzipSync('text'.repeat(99))),
      'a body that is no text',
    ],
    [
      'the words of a page',
      bodyOf(
        '<!DOCTYPE html>\n<!--[if lt IE 7]> <html class="ie6"> <![endif]-->\n<html><head><title>502 Bad Gateway</title>' +
          '<style>body { color: red }</style><script>track("x")</script></head><body><h1>502&nbsp;Bad Gateway</h1>' +
          '<hr>nginx &amp; co</body></html>',
        HTML,
      ),
      '"502 Bad Gateway 502 Bad Gateway nginx & co"',
    ],
    [
      'the words of a page that was cut',
      bodyOf('<html><title>Sign in</title><script>long', HTML),
      '"Sign in"',
    ],
    ['text that is called a page', bodyOf('a < b', HTML), '"a < b"'],
  ])('%s', (_name, body, told) => {
    expect(excerptOf(body, [])).toBe(told);
  });
});

describe('of what was sent, no secret is told', () => {
  const URL_OF =
    'https://hooks.example/services/T0000/B0000/aB3dE6gH9jK2mN5pQ8sT?token=s3sam&plain=p%26ss%20word&x=1';
  const headers = {
    authorization: `Basic ${Buffer.from('default:hunter2').toString('base64')}`,
    'x-api-key': 'key-"quoted"/4',
    'x-scheme': 'Bearer abcdefgh12345',
    cookie: 'session=0123456789abcdef; theme=dark',
    'content-type': 'application/json',
  };
  const secrets = secretsOf([new URL(URL_OF)], headers);

  it.each<[name: string, said: string, hidden: string]>([
    ['a header', `got ${headers.authorization}`, 'hunter2'],
    ['the encoded credentials', Buffer.from('default:hunter2').toString('base64'), 'ZGVm'],
    ['the password', 'the password hunter2 is wrong', 'hunter2'],
    ['a value in JSON', JSON.stringify({ key: headers['x-api-key'] }), 'quoted'],
    ['a value in JSON as PHP writes it', JSON.stringify(headers).replaceAll('/', '\\/'), 'quoted'],
    ['what follows a scheme', 'no such token: abcdefgh12345', 'abcdefgh'],
    ['a part of a value', 'unknown session 0123456789abcdef', '0123456'],
    ['the query', 'Cannot POST /x?token=s3sam', 's3sam'],
    ['a value of the query, decoded', 'no such user: p&ss word', 'p&ss'],
    ['a value of the query, encoded', 'no such user: p%26ss%20word', 'p%26ss'],
    ['a token in the path', 'no hook aB3dE6gH9jK2mN5pQ8sT', 'aB3dE6'],
    ['what breaks at the cut', `${'x'.repeat(195)} hunter2`, 'hun'],
  ])('%s', (_name, said, hidden) => {
    const told = excerptOf(bodyOf(said), secrets);
    expect(told).toContain('***'.slice(0, said.startsWith('xxx') ? 0 : 3));
    expect(told).not.toContain(hidden);
  });

  it('nor half of one, where the body was cut', () => {
    expect(
      excerptOf(bodyOf(`${'x '.repeat(70)}no such token: abcdefgh`, { isCut: true }), secrets),
    ).not.toContain('abcdefgh');
  });

  it('and a page can not hide one behind an entity', () => {
    expect(excerptOf(bodyOf('<html><body>no user p&amp;ss word</body></html>', HTML), secrets)).not.toContain(
      'ss word',
    );
  });

  it('but the rest is', () => {
    const said = 'Code: 60. Table default.logs does not exist (application/json, 1)';
    expect(excerptOf(bodyOf(said), secrets)).toBe(`"${said}"`);
  });
});
