import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/transport/http/classify-response.js';
import { detailOf, failed } from '../../../src/transport/http/detail.js';

const ENDPOINT = new URL('https://127.0.0.1/logs');
const answer = (
  status: number,
  text = '',
  fields: Partial<Answer> = {},
  contentType = 'text/plain',
): Answer => ({
  status,
  body: { bytes: Buffer.from(text), isCut: false, contentType },
  ...fields,
});
const PAGE = '<!doctype html><title>Sign in</title>';

describe('beside the status of an answer, people are told', () => {
  it.each<[name: string, answer: Answer, isRedirected: boolean, told: string | undefined]>([
    ['what it says', answer(404, 'no such table'), false, '"no such table"'],
    ['nothing, where it says nothing', answer(404), false, undefined],
    ['nothing of a success', answer(200, 'ok', {}, 'text/html'), false, undefined],
    ['the page that a success is', answer(200, PAGE, {}, 'text/html'), false, '"Sign in"'],
    [
      'where it leads to',
      answer(302, '', { location: 'https://me:hunter2@login.example/in?next=hunter2' }),
      false,
      'to https://***@login.example/in?***',
    ],
    [
      'where it leads to, from here',
      answer(303, '', { location: '/login' }),
      false,
      'to https://127.0.0.1/login',
    ],
    [
      'where it leads to, though that is nowhere',
      answer(302, '', { location: 'http://[' }),
      false,
      'to http://[',
    ],
    ['who says it, if not the endpoint', answer(403, 'no'), true, 'from https://127.0.0.1/logs: "no"'],
  ])('%s', (_name, given, isRedirected, told) => {
    expect(detailOf(given, ENDPOINT, isRedirected, [])).toBe(told);
  });
});

describe('of a failed connection, people are told what it means', () => {
  it.each<[failure: string, url: string, hint: RegExp]>([
    ['ECONNREFUSED', 'http://127.0.0.1/', /nothing listens at that host and port/],
    ['ENOTFOUND', 'http://127.0.0.1/', /there is no such host name/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'https://127.0.0.1/', /NODE_EXTRA_CA_CERTS=.*dispatcher/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'https://127.0.0.1/', /NODE_EXTRA_CA_CERTS=.*dispatcher/],
    ['CERT_HAS_EXPIRED', 'https://127.0.0.1/', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'https://127.0.0.1/', /for other host names/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'https://127.0.0.1/', /plain HTTP.*begins with http:/],
    ['UND_ERR_SOCKET', 'http://127.0.0.1/', /closes connections without an answer: .*TLS.*https:/],
    ['ECONNRESET', 'https://127.0.0.1/', /before TLS is agreed on: .*plain HTTP/],
    ['UND_ERR_SOCKET', 'https://127.0.0.1/', /client certificate/],
    ['HTTPParserError', 'http://127.0.0.1/', /not HTTP\/1.1: if it speaks TLS, the URL begins with https:/],
    ['HPE_INVALID_CONSTANT', 'https://127.0.0.1/', /not HTTP\/1.1$/],
    ['proxy: HTTP 407', 'http://127.0.0.1/', /credentials, before the @ of HTTP_PROXY/],
    ['HPE_INVALID_CONSTANT', 'http://127.0.0.1/', /TLS.*begins with https:/],
  ])('%s', (failure, url, hint) => {
    expect(failed(failure, new URL(url), false)).toEqual({
      outcome: 'retry',
      cause: failure,
      detail: expect.stringMatching(hint),
    });
  });

  it('unless nobody knows', () => {
    expect(failed('ECONNRESET', ENDPOINT, true)).toEqual({
      outcome: 'retry',
      cause: 'ECONNRESET',
    });
  });
});
