import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

const textOf = (file: string): string => readFileSync(DIST + file, 'utf8');
/** What the main thread can load; the worker's file is for another. */
const FILES = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.js') && file !== 'worker.js',
);

/** The files that one loads by import and export, for those who import it. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^(?:import|export)\b[^;]*?"\.\/([^"]+)";/gm)].map(([, path]) => String(path));

/** A file's own modules, as its source map tells. */
const modulesOf = (file: string): string[] => {
  const [, map] = /^\/\/# sourceMappingURL=(.+)$/m.exec(textOf(file)) ?? [];
  const { sources } = map === undefined ? { sources: [] } : JSON.parse(textOf(map));
  return sources.map((source: string) => source.replace('../src/', ''));
};

test('index.js loads one more file, and so does register.js, which alone does something', () => {
  expect(importsOf('index.js')).toEqual(['main.js']);
  expect(importsOf('register.js')).toEqual(['main.js']);
  expect(importsOf('main.js')).toEqual([]);
  // What it does at once must not happen to those who import the other.
  expect(modulesOf('register.js')).toEqual(['register.ts']);
});

// An import of it takes milliseconds of every start; see what the code taught, in CONTRIBUTING.md.
test.each(['node:fs', 'node:crypto'])('%s is not imported at the start', (name) => {
  expect(textOf('main.js')).not.toContain(`from "${name}"`);
});

test('no module of the source, and so no state, is there twice in the main thread', () => {
  const modules = FILES.flatMap(modulesOf).sort();
  expect(modules).toEqual([...new Set(modules)]);
  // So that it is known to look at them all.
  const some = ['exit.ts', 'feedback.ts', 'pipeline.ts', 'register.ts', 'transport/create-transport.ts'];
  expect(modules).toEqual(expect.arrayContaining(some));
});

test('the thread has one file, which leads to no other', () => {
  expect(importsOf('worker.js')).toEqual([]);
  expect(textOf('main.js')).toContain('new Worker(new URL("./worker.js", import.meta.url)');
});
