import { describe, expect, it } from 'vitest';
import { CONTENT_KEYS, createRemoteLogger } from '../../src/index.js';
import { rowsOf, textOf } from '../support/page.js';
import { Receiver } from '../support/receiver.js';

describe('docs/redaction.md', () => {
  const page = textOf('docs/redaction.md');
  /** The paths in the row for errors of a kind. */
  const pathsOf = (errors: string): string[] => {
    const [, paths = ''] = rowsOf(page).find(([kind]) => kind?.startsWith(errors)) ?? [];
    return [...paths.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
  };
  const cause = new Error('sky: the cause');
  const error = new Error('sky: the error', { cause });

  it.each([
    ['wherever they are', 3, { error, err: error, deep: { error } }],
    ['of `log({ error })`', 4, { error, err: error }],
    [
      'of pino, winston and OpenTelemetry',
      5,
      { 'exception.message': 'sky', 'exception.stacktrace': 'sky', err: { cause } },
    ],
  ])('names the paths of what errors quote: %s', async (errors, count, data) => {
    await using receiver = await Receiver.start();
    const redact = pathsOf(errors);
    expect(redact).toHaveLength(count);
    const logger = createRemoteLogger({ url: receiver.url, redact });
    logger.log(data);
    await logger.shutdown();
    expect(receiver.records).toHaveLength(1);
    expect(JSON.stringify(receiver.records)).not.toContain('sky');
  });

  it('names what is not in the list of content', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ url: receiver.url, redact: CONTENT_KEYS });
    for (const data of ['sky', { answer: 'sky' }, { 'exception.message': 'sky' }]) logger.log(data);
    await logger.shutdown();
    expect(receiver.records).toEqual([{ body: 'sky' }, { answer: 'sky' }, { 'exception.message': 'sky' }]);
  });
});
