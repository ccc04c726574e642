import { describe, expect, it } from 'vitest';
import { headerWriter } from '../../../src/transport/http/request-headers.js';
import { payload } from '../../support/fake-transport.js';

const ATTEMPT = { number: 1, afresh: false };

describe('the headers of a POST', () => {
  it('have a key of their own each time, and no other', () => {
    const write = headerWriter();
    const configured = { 'X-Team': 'chat', 'Idempotency-Key': 'configured' };
    const ofTheWay = {};
    const keys = ['a', 'b', 'c'];
    const written = keys.map((idempotencyKey) =>
      write(payload({ idempotencyKey }), ATTEMPT, configured, ofTheWay),
    );
    expect(written).toEqual(
      keys.map((key) => ['content-type', 'application/json', 'x-team', 'chat', 'idempotency-key', key]),
    );
  });
});
