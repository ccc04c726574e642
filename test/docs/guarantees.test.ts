import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeIn, rowsOf, sectionOf, textOf } from '../support/page.js';

const page = textOf('docs/guarantees.md');

/** The words of a type that is a closed set. */
const wordsOf = (file: string, type: string): string[] => {
  const [, words = ''] = new RegExp(`export type ${type} =(.*?);`, 's').exec(textOf(file)) ?? [];
  return [...words.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, word = '']) => word).sort();
};

describe('the page of guarantees', () => {
  it.each([
    ['### Reasons of `dropped`', 'src/types/account.ts', 'DropReason'],
    ['### Reasons of `failed`', 'src/types/send-result.ts', 'FailReason'],
  ])('lists the %s, and no others', (heading, file, type) => {
    const reasons = rowsOf(sectionOf(page, heading)).map(([reason]) => codeIn(reason));
    expect(reasons.length).toBeGreaterThan(5);
    expect(reasons.sort()).toEqual(wordsOf(file, type));
  });

  it('has a row for every fault, and the suite has a test for every row', () => {
    const suites = readdirSync(new URL('../faults/', import.meta.url))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => [file, textOf(`test/faults/${file}`)] as const);
    const rows = rowsOf(sectionOf(page, '## What happens when')).filter((cells) => cells[3]?.startsWith('['));
    expect(rows.length).toBeGreaterThan(20);
    for (const [, , , cell = ''] of rows) {
      const [, file, title = ''] = /^\[(.*?)\]\(.*?\): (.*)$/.exec(cell) ?? [];
      const suite = suites.find(([name]) => name === file)?.[1];
      expect(suite, `no suite for: ${cell}`).toBeDefined();
      expect(suite, `no test for: ${cell}`).toContain(title);
    }
    const named = new Set(rows.map(([, , , cell]) => /^\[(.*?)\]/.exec(cell ?? '')?.[1]));
    expect([...named].sort()).toEqual(
      suites
        .map(([file]) => file)
        .filter((file) => file !== 'sdk-behaviour.test.ts')
        .sort(),
    );
  });

  it('says how long each end waits, with a test of it', () => {
    const rows = rowsOf(sectionOf(page, '## How long an end waits'));
    expect(rows.length).toBeGreaterThan(10);
    for (const [, , , cell = ''] of rows) {
      const [, path = '', title = ''] = /^\[.*?\]\(\.\.\/(.*?)\): (.*)$/.exec(cell) ?? [];
      expect(textOf(path)).toContain(title);
    }
  });
});
