import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/runtime/version.js';
import { findWorkerFile } from '../../src/thread/worker-file.js';

/** Where nothing is. */
const NOWHERE = '/nowhere/main.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'worker-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Makes a file and says where it is. */
function file(path: string, text = ''): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

function install(version: string, at = 'node_modules'): string {
  file(`${at}/otel-remote-logger/package.json`, JSON.stringify({ version }));
  return file(`${at}/otel-remote-logger/dist/remote-logger-worker.cjs`);
}

describe('the file of the thread', () => {
  it.each(['cjs', 'js', 'mjs'])('is found beside the code, or the bundle that it is in: .%s', (ending) => {
    const worker = file(`app/remote-logger-worker.${ending}`);
    expect(findWorkerFile(join(folder, 'app/main.js'), NOWHERE)).toBe(worker);
  });

  it('is found beside the script, where a bundle does not know its own place', () => {
    const worker = file('app/remote-logger-worker.mjs');
    expect(findWorkerFile(NOWHERE, join(folder, 'app/main.mjs'))).toBe(worker);
  });

  it('is found where the package is installed, from the bundle or from the script', () => {
    const worker = install(VERSION);
    expect(findWorkerFile(join(folder, 'dist/main.js'), NOWHERE)).toBe(worker);
    expect(findWorkerFile(NOWHERE, join(folder, 'dist/main.js'))).toBe(worker);
  });

  it('is not that of another version, whose other side speaks differently', () => {
    install('0.0.1', 'app/node_modules');
    const worker = install(VERSION);
    expect(() => findWorkerFile(join(folder, 'app/main.js'), NOWHERE)).toThrow('not installed');
    expect(findWorkerFile(join(folder, 'app/main.js'), join(folder, 'main.js'))).toBe(worker);
  });

  it('is not a worker of the application', () => {
    file('app/worker.js');
    expect(() => findWorkerFile(join(folder, 'app/main.js'), join(folder, 'app/main.js'))).toThrow(
      'no remote-logger-worker.cjs beside the bundle',
    );
  });

  it('is the built one for the code as it is here', () => {
    const built = fileURLToPath(new URL('../../dist/remote-logger-worker.cjs', import.meta.url));
    expect(findWorkerFile()).toBe(built);
  });
});

it('the version is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});
