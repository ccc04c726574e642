import { readFileSync } from 'node:fs';
import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, it } from 'vitest';

const doc = readFileSync(new URL('../../docs/llm.md', import.meta.url), 'utf8');

/** The names in the tables of the page that are OpenTelemetry's. */
const names = [...doc.matchAll(/^\|.*$/gm)].flatMap(([row]) =>
  [...row.matchAll(/`((?:gen_ai|error|exception|client)\.[a-z_.]+)`/g)].map(([, name]) => name ?? ''),
);

describe('docs/llm.md', () => {
  it.each([...new Set(names)])('has a name of OpenTelemetry as it is, and its stability: %s', (name) => {
    expect(Object.values(incubating)).toContain(name);
    expect(Object.values<unknown>(stable).includes(name), 'stable').toBe(!name.startsWith('gen_ai.'));
  });

  it('has the version of the package that these names are from', () => {
    const manifest = new URL(
      '../../node_modules/@opentelemetry/semantic-conventions/package.json',
      import.meta.url,
    );
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    const [, major, minor] = /semantic-conventions\/incubating` (\d+)\.(\d+)/.exec(doc) ?? [];
    const [installedMajor, installedMinor] = version.split('.').map(Number);
    expect(major).toBe(String(installedMajor));
    expect(Number(minor)).toBeLessThanOrEqual(Number(installedMinor));
  });
});
