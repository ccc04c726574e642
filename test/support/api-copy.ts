import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** As much of a copy of the API as an instrumentation uses. */
export interface LogsOfCopy {
  readonly logs: { getLogger(name: string): { emit(record: object): void } };
}

const require = createRequire(import.meta.url);

/** A real copy of `@opentelemetry/api-logs` in the node_modules of `folder`. */
export function loadApiLogsCopy(folder: string): LogsOfCopy {
  const original = require.resolve('@opentelemetry/api-logs').replace(/build.*/, '');
  const copy = join(folder, 'node_modules/@opentelemetry/api-logs');
  for (const part of ['package.json', 'build/src'])
    cpSync(join(original, part), join(copy, part), { recursive: true });
  return require(join(copy, 'build/src/index.js')) as LogsOfCopy;
}

/** One like `@opentelemetry/api-logs` 0.53: its loggers ask the global when they are made, and never again. */
export function loadOldApiLogsCopy(folder: string): LogsOfCopy {
  const copy = join(folder, 'node_modules/@opentelemetry/api-logs');
  mkdirSync(join(copy, 'build/src'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"name":"@opentelemetry/api-logs","version":"0.53.0"}');
  writeFileSync(
    join(copy, 'build/src/index.js'),
    `const KEY = Symbol.for('io.opentelemetry.js.api.logs');
     const NOOP = { getLogger: () => ({ emit() {} }) };
     exports.logs = {
       setGlobalLoggerProvider(provider) { globalThis[KEY] ??= (version) => (version === 1 ? provider : NOOP); },
       getLogger: (name) => (globalThis[KEY]?.(1) ?? NOOP).getLogger(name),
     };`,
  );
  return require(join(copy, 'build/src/index.js')) as LogsOfCopy;
}

/** Two modules like those of `@opentelemetry/api` from 1.10 on, in the node_modules of `folder`; their paths. */
export function writeApiCopy(folder: string, version: string) {
  const copy = join(folder, 'node_modules/@opentelemetry/api');
  mkdirSync(join(copy, 'dist'), { recursive: true });
  const main = { require: './dist/index.cjs', default: './dist/index.mjs' };
  const manifest = { name: '@opentelemetry/api', version, exports: { '.': main }, main: './dist/index.cjs' };
  writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest));
  const [byRequire, byImport] = [join(copy, 'dist/index.cjs'), join(copy, 'dist/index.mjs')];
  writeFileSync(byRequire, `${apiSource(version)}; exports.logs = logs;`);
  writeFileSync(byImport, `${apiSource(version)}; export { logs };`);
  return { byRequire, byImport };
}

/** What 1.10.0 does: a version registers only beside the same, and reads the global of one that is not older. */
const apiSource = (version: string) => `
  const KEY = Symbol.for('opentelemetry.js.api.1');
  const minor = (of) => Number(of.split('.')[1]);
  const registered = () => {
    const api = globalThis[KEY];
    return api && minor(api.version) >= minor('${version}') ? api.logs : undefined;
  };
  let delegate;
  const proxy = {
    getLogger: (name) => ({ emit: (record) => delegate?.getLogger(name).emit(record) }),
  };
  const logs = {
    setGlobalLoggerProvider(provider) {
      globalThis[KEY] ??= { version: '${version}' };
      if (globalThis[KEY].logs !== undefined || globalThis[KEY].version !== '${version}') return false;
      globalThis[KEY].logs = delegate = provider;
      return true;
    },
    getLogger: (name) => (registered() ?? delegate ?? proxy).getLogger(name),
  }`;
