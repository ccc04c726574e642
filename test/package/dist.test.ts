import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as source from '../../src/index.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const WORKER = 'remote-logger-worker.cjs';
const require = createRequire(import.meta.url);

const textOf = (file: string): string => readFileSync(DIST + file, 'utf8');
const ALL = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
/** But for what a browser loads. */
const IN_PAGE = /^page[\\/].+(?<!\.d\.c?ts)$/;
const FILES = ALL.filter((file) => !IN_PAGE.test(file));
/** What the main thread can load; the worker's file is for another. */
const CODE = FILES.filter((file) => file.endsWith('.cjs') && file !== WORKER);

/** The files that one loads at once, for those who load it. */
const loadedBy = (file: string): string[] =>
  [...textOf(file).matchAll(/^(?=\S).*?\brequire\("\.\/([^"]+)"\)/gm)].map(([, path]) => String(path));

/** A file's own modules, as its source map tells. */
const modulesOf = (file: string): string[] => {
  const [, map] = /^\/\/# sourceMappingURL=(.+)$/m.exec(textOf(file)) ?? [];
  const { sources } = map === undefined ? { sources: [] } : JSON.parse(textOf(map));
  return sources
    .map((path: string) => path.replace('../src/', ''))
    .filter((path: string) => !path.includes('rolldown'));
};

describe('the two forms', () => {
  test('are one: what import gives is what require gives', async () => {
    const imported = await import('otel-remote-logger');
    const required = require('otel-remote-logger');
    expect(Object.keys(imported).sort()).toEqual(Object.keys(source).sort());
    for (const [name, value] of Object.entries(imported)) expect(required[name]).toBe(value);
  });

  // In a process of its own, as vitest has a module system of its own.
  test.each([
    ['testing', ['captureRemoteLogs', 'createTestReceiver']],
    ['pino', ['default']],
    ['winston', ['RemoteTransport']],
  ])('are one, and have these names: otel-remote-logger/%s', async (entry, names) => {
    const script = `
      import { createRequire } from 'node:module';
      import * as imported from 'otel-remote-logger/${entry}';
      const required = createRequire(import.meta.url)('otel-remote-logger/${entry}');
      const names = Object.keys(imported);
      console.log(JSON.stringify([names, Object.keys(required), names.every((name) => imported[name] === required[name])]));
    `;
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: DIST, timeout: 30_000 });
    expect(JSON.parse(stdout)).toEqual([names, names, true]);
  });

  test('have no code but the one in CommonJS', () => {
    const names = ['index.js', 'pino.js', 'register.js', 'testing.js', 'winston.js'];
    expect(FILES.filter((file) => /\.m?js$/.test(file)).sort()).toEqual(names);
    for (const entry of ['index', 'testing', 'winston']) {
      expect(textOf(`${entry}.js`)).toMatch(
        /^import all from '\.\/\w+\.cjs';\n\nexport const \{[ ,\w]+\} = all;\n$/,
      );
    }
    expect(textOf('pino.js')).toBe("import all from './pino.cjs';\n\nexport default all.default;\n");
    expect(textOf('register.js')).toBe("import './register.cjs';\n");
  });

  test('have types each, which lead to no others', () => {
    const types = FILES.filter((file) => file.endsWith('.d.ts'));
    expect(types).toContain('index.d.ts');
    for (const file of types) {
      const twin = textOf(file.replace(/\.ts$/, '.cts'));
      expect(twin).not.toMatch(/['"]\.[^'"]*\.js['"]/);
      expect(twin.replaceAll('.cjs', '.js')).toBe(textOf(file));
    }
  });
});

test('index.cjs loads one more file, and so does register.cjs, which alone does something', () => {
  expect(loadedBy('index.cjs')).toEqual(['main.cjs']);
  expect(loadedBy('register.cjs')).toEqual(['main.cjs']);
  // Some lines of the bundler's own, where a module of Node is taken as a whole; and what is loaded by a call.
  const late = ['rolldown-runtime.cjs', 'engine.cjs', 'spool.cjs'];
  expect(loadedBy('main.cjs').filter((file) => !late.includes(file))).toEqual([]);
  // What it does at once must not happen to those who load the other.
  expect(modulesOf('register.cjs')).toEqual(['register.ts']);
});

test('what a logger needs that is on, and the queue on disk, are loaded by those who want one', () => {
  expect(
    modulesOf('main.cjs').filter((path) =>
      /^(spool|record|account|queue|transport|sender|thread|delivery)\//.test(path),
    ),
  ).toEqual([]);
  for (const file of ['engine', 'spool']) {
    expect(textOf('main.cjs')).toMatch(
      new RegExp(`^const \\S+ = \\(\\) => \\S+ \\?\\?= require\\("\\./${file}\\.cjs"\\);$`, 'm'),
    );
  }
});

test('what is not for every application is in no file that every application loads', () => {
  expect(
    ['main.cjs', 'active.cjs']
      .flatMap(modulesOf)
      .filter((path) => /^(testing|loggers|command)\b|^(pino|winston|cli)\.ts$/.test(path)),
  ).toEqual([]);
  const own = ['testing/test-receiver.ts', 'pino.ts', 'winston.ts'];
  expect(['testing.cjs', 'pino.cjs', 'winston.cjs'].flatMap(modulesOf)).toEqual(expect.arrayContaining(own));
});

test('the page is there with all that it needs, small, and with the licences of what is in it', () => {
  const files = ALL.filter((file) => IN_PAGE.test(file)).sort();
  const names = ['LICENSES.txt', 'icon.svg', 'index.html', 'page.css', 'page.js'];
  expect(files.map((file) => file.slice('page/'.length))).toEqual(names);
  const bytes = files.reduce((sum, file) => sum + statSync(DIST + file).size, 0);
  expect(bytes).toBeLessThan(250_000);
  expect(textOf('page/LICENSES.txt')).toMatch(/^preact\n.*^uplot\n/ms);
  // What it would load from elsewhere, it could not load offline.
  expect(textOf('page/index.html') + textOf('page/page.css')).not.toMatch(
    /\/\/(?!www\.w3\.org)|@import|url\(/,
  );
});

test('a process in which nothing is logged loads the facade alone', async () => {
  const script = `
    const { flatten: _, getRemoteLogger, RemoteLogRecordExporter, withFlush } = require('otel-remote-logger');
    getRemoteLogger().log({});
    new RemoteLogRecordExporter();
    withFlush(() => getRemoteLogger().flush())().then(() => {
      console.log(JSON.stringify(Object.keys(require.cache).map((path) => path.split(/[\\\\/]/).at(-1))));
    });
  `;
  const options = { cwd: DIST, timeout: 30_000, env: {} };
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script], options);
  expect(JSON.parse(stdout)).toEqual(['index.cjs', 'main.cjs', 'rolldown-runtime.cjs']);
});

// It takes milliseconds of every start; see what the code taught, in CONTRIBUTING.md.
test('node:crypto is not loaded at the start', () => {
  expect(textOf('main.cjs')).not.toContain('require("node:crypto")');
});

test('no module of the source, and so no state, is there twice in the main thread', () => {
  const modules = CODE.flatMap(modulesOf).sort();
  expect(modules).toEqual([...new Set(modules)]);
  // So that it is known to look at them all.
  const some = [
    'lifecycle/exit.ts',
    'otel/pipeline.ts',
    'register.ts',
    'runtime/own-work.ts',
    'sender/create-sender.ts',
  ];
  expect(modules).toEqual(expect.arrayContaining(some));
});

test('the thread has one file, which leads to no other, and which no bundler sees', () => {
  expect(loadedBy(WORKER)).toEqual([]);
  expect(CODE.filter((file) => /new URL\("|import\.meta/.test(textOf(file)))).toEqual([]);
});

// Next.js copies what it finds by reading, and no more, into a standalone server.
test('the file of the thread is found by those who only read the code', () => {
  expect(textOf('active.cjs')).toContain(`\`\${__dirname}/${WORKER}\``);
});
