import { expect, it } from 'vitest';
import { parse } from '../support/markdown.mjs';
import { proseChecker } from './prose.mjs';

const faultsOf = proseChecker('Fastify\n');
/** A sentence of so many words. */
const words = (count: number): string =>
  `${'It keeps a line and writes '
    .repeat(count)
    .split(' ')
    .slice(0, count - 1)
    .join(' ')} here.`;

it.each([
  ['Fastify logs `recieve()` lines to [a page](recieve.md).', []],
  ['It recieves lines.', [expect.stringContaining('recieves')]],
  ['| a | b |\n|---|---|\n| it recieves | x |', [expect.stringContaining('recieves')]],
  ['It keeps the the line.', [expect.stringContaining('the')]],
  [words(35), []],
  [words(36), [expect.stringContaining('a sentence of 36 words')]],
  [`| a |\n|---|\n| ${words(21)} ${words(21)} |`, [expect.stringContaining('a cell of 42 words')]],
  ['```js\nrecieve();\n```', []],
  [
    `${'The line was kept by it. '.repeat(5)}${'It keeps the line. '.repeat(15)}`,
    [expect.stringContaining('are passive')],
  ],
  [`${'The line was kept by it. '.repeat(4)}${'It keeps the line. '.repeat(16)}`, []],
  [
    `${`${words(26)} `.repeat(4)}${'It keeps the line. '.repeat(17)}`,
    [expect.stringContaining('more than 25 words')],
  ],
])('what is hard to read is found: %s', async (text, faults) => {
  expect((await faultsOf(parse(text))).map(({ message }) => message)).toEqual(faults);
});
