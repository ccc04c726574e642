import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getRemoteLogger, type RemoteLogger } from '../../src/index.js';
import { Receiver } from '../support/receiver.js';

interface WireCase {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly contentType: string;
  /** As the Python original sent it. */
  readonly body: string;
}

const cases: WireCase[] = JSON.parse(readFileSync(new URL('fastchat-wire.json', import.meta.url), 'utf8'));

/** What a body says by the contract's rule: where the input held an object or a list, the string is JSON again. */
function meaningOf(body: string, input: Record<string, unknown>): Map<string, unknown> {
  const outer: Record<string, unknown> = JSON.parse(body);
  return new Map(
    Object.keys(outer)
      .sort()
      .map((key) => {
        const value = outer[key];
        expect(value === null || typeof value !== 'object', `${key} is flat`).toBe(true);
        const given = Object.hasOwn(input, key) ? input[key] : undefined;
        return [
          key,
          typeof given === 'object' && given !== null ? canonical(JSON.parse(String(value))) : value,
        ];
      }),
  );
}

/** A JSON value as text that is the same for equal values, whatever the order of keys, and `__proto__` a key like any. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`;
}

describe('what FastChat sends, getRemoteLogger() sends', () => {
  let receiver: Receiver;
  let logger: RemoteLogger;
  let equal = 0;

  beforeAll(async () => {
    receiver = await Receiver.start();
    process.env['REMOTE_LOGGER_URL'] = receiver.url;
    logger = getRemoteLogger();
  });

  afterAll(async () => {
    await logger.shutdown();
    await receiver[Symbol.asyncDispose]();
    console.log(`wire: ${equal} of ${cases.length} FastChat records equal`);
  });

  it('has all cases of the Python original', () => {
    expect(cases.length).toBeGreaterThanOrEqual(30);
    expect(logger.enabled).toBe(true);
    expect(getRemoteLogger()).toBe(logger);
  });

  it.each(cases)('$name', async ({ input, contentType, body }) => {
    const before = receiver.requests.length;
    logger.log(input);
    const stats = await logger.flush();

    const requests = receiver.requests.slice(before);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.method).toBe('POST');
    expect(request?.headers['content-type']).toBe(contentType);
    expect(contentType).toBe('application/json');
    expect(meaningOf(request?.body ?? '', input)).toEqual(meaningOf(body, input));
    expect(stats).toMatchObject({ delivered: stats.accepted, pending: 0, failed: {}, dropped: {} });
    equal++;
  });
});
