import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, type Page, pageAt, pagesForUsers, parse, ROOT } from '../support/markdown.mjs';

/** Those that lead to a file, or a place in one, seen from the root of the repository. */
const relativeLinksOf = (page: Page): { path: string; anchor: string; line: number }[] =>
  linksOf(page)
    .filter(({ url }) => !/^[a-z]+:/i.test(url))
    .map(({ url, line }) => {
      const [file = '', anchor = ''] = url.split('#');
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), decodeURI(file));
      return { path, anchor, line };
    });

/** Why a link leads nowhere. */
function faultOf({ path, anchor }: { path: string; anchor: string }): string | undefined {
  if (path.startsWith('..')) return 'leaves the repository';
  if (!existsSync(ROOT + path)) return 'is not there';
  if (anchor === '') return undefined;
  return anchorsOf(pageAt(path)).has(anchor) ? undefined : `has no heading #${anchor}`;
}

/** What only a clone has: sources, tests and benches, which prove and explain. */
const IN_CLONE = /^((src|test|bench)\/|CONTRIBUTING\.md$)/;

function packedFiles(): string[] {
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json', '--loglevel=error'];
  type Packed = { files: { path: string }[] };
  const report: Packed[] | Record<string, Packed> = JSON.parse(
    execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  // npm 12 prints an object by package name where older ones print a list.
  const [packed] = Array.isArray(report) ? report : Object.values(report);
  return packed?.files.map(({ path }) => path) ?? [];
}

describe('the links of the pages for users', () => {
  it.each(pagesForUsers())('lead somewhere: $path', (page) => {
    const faults = relativeLinksOf(page).flatMap((link) => {
      const fault = faultOf(link);
      return fault === undefined ? [] : [`${page.path}:${link.line}: ${link.path} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('lead to what is in the package', () => {
    const packed = packedFiles();
    const isPacked = (path: string): boolean => {
      const isFolder = statSync(ROOT + path).isDirectory();
      return packed.some((file) => (isFolder ? file.startsWith(`${posix.join(path, '/')}`) : file === path));
    };
    const links = pagesForUsers().flatMap((page) =>
      relativeLinksOf(page).map(({ path, line }) => ({ path, from: `${page.path}:${line}` })),
    );
    expect(links.length).toBeGreaterThan(50);
    const missing = links.filter(({ path }) => !IN_CLONE.test(path) && !isPacked(path));
    expect(missing).toEqual([]);
  });

  it('lead from the index to each page', () => {
    const index = relativeLinksOf(pageAt('docs/README.md')).map(({ path }) => path);
    const pages = pagesForUsers().map(({ path }) => path);
    const others = ['README.md', 'docs/README.md', 'examples/README.md'];
    expect(pages.filter((path) => !index.includes(path) && !others.includes(path))).toEqual([]);
  });
});

it.each([
  ['[there](check.md#what-it-tells-apart)', undefined],
  ['[there](check.md#what-it-tells)', 'has no heading #what-it-tells'],
  ['![there](images/none.png)', 'is not there'],
  ['<a href="none.md">there</a>', 'is not there'],
  ['[there](../../none.md)', 'leaves the repository'],
])('a wrong link is found: %s', (text, fault) => {
  const [link = { path: '', anchor: '' }] = relativeLinksOf({ path: 'docs/new.md', root: parse(text) });
  expect(faultOf(link)).toBe(fault);
});

it('no page has tabs or white space at the end of a line', () => {
  for (const { path } of pagesForUsers())
    expect(readFileSync(ROOT + path, 'utf8'), path).not.toMatch(/\t|[ ]$/m);
});
