import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { tail } from '../../../src/command/listen/tail.js';
import { linesFor, openStore, temporary } from '../../support/stores.js';

it.each([
  ['a program as it is', false, '\u009b31m\u202ered'],
  ['a terminal so that nothing in it is obeyed, and the JSON says the same', true, '\\u009b31m\\u202ered'],
])('shows a record to %s', async (_whom, isTTY, shown) => {
  using directory = temporary();
  const { store } = await openStore(directory.path);
  const to = Object.assign(new PassThrough(), { isTTY });
  const end = tail(store, to, () => {});
  await store.append(linesFor({ text: '\u009b31m\u202ered' }), undefined);
  end();
  to.end();
  const line = await text(to);
  expect(line).toBe(`{"text":"${shown}","received_at":"2026-01-01T00:00:00.000Z"}\n`);
  expect(JSON.parse(line).text).toBe('\u009b31m\u202ered');
  await store.close();
});
