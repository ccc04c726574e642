import { readFileSync } from 'node:fs';
import { blocksOf as blocksIn, parse } from './markdown.mjs';

const root = new URL('../../', import.meta.url);

/** A file of the repository. */
export const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The code of a language, block by block. */
export const blocksOf = (page: string, language: string): string[] =>
  blocksIn({ path: '', root: parse(page) })
    .filter((block) => block.language === language)
    .map(({ code }) => `${code}\n`);

/** What stands below a heading, up to the next one that is not below it. */
export function sectionOf(page: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const after = page.split(`\n${heading}\n`)[1] ?? '';
  return after.split(new RegExp(`\n#{1,${level}} `))[0] ?? '';
}

/** The rows of all tables, cells without their quotes, without the heads. */
export function rowsOf(text: string): string[][] {
  const lines = text.split('\n');
  const isRule = (line: string | undefined): boolean => /^\|[-| ]*\|$/.test(line ?? '');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The first code in a cell. */
export const codeIn = (cell: string | undefined): string | undefined => /`([^`]+)`/.exec(cell ?? '')?.[1];
