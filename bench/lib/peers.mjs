import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './child.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const CACHE = here('../.cache');
const ROOT = here('../..');
const PACKAGE = 'otel-remote-logger';

/** The two lines of OpenTelemetry's packages, each with the exporter of its own, at fixed versions. */
const LINES = {
  0.223: { node: [20, 6], sdk: '0.223.1', exporter: '0.223.1', core: '2.12.1', api: '1.9.1' },
  3.1: { node: [22, 15], sdk: '3.1.1', exporter: '0.301.0', core: '3.1.1', api: '1.10.0' },
};
const API_LOGS = '0.223.1';

/** A folder with the SDK, its OTLP exporter and this package's build, or why there is none. */
export async function sdkFolder(line) {
  const { node, sdk, exporter, core, api } = LINES[line];
  if (!nodeIsAtLeast(node)) return { missing: `needs Node ${node.join('.')}` };
  const folder = join(CACHE, `sdk-${line}`);
  await install(folder, {
    '@opentelemetry/api': api,
    '@opentelemetry/api-logs': API_LOGS,
    '@opentelemetry/core': core,
    '@opentelemetry/exporter-logs-otlp-http': exporter,
    '@opentelemetry/resources': core,
    '@opentelemetry/sdk-logs': sdk,
    undici: JSON.parse(readFileSync(join(ROOT, 'node_modules/undici/package.json'), 'utf8')).version,
  });
  const copy = join(folder, 'node_modules', PACKAGE);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  return { folder, entry: join(copy, 'dist/index.js') };
}

function nodeIsAtLeast([major, minor]) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Puts packages at fixed versions into a folder, once. */
export async function install(folder, dependencies) {
  const manifest = JSON.stringify({ private: true, dependencies }, undefined, 2);
  const done = join(folder, 'installed.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifest);
  await must('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  writeFileSync(done, manifest);
}

const REQUESTS = 'requests==2.32.5';

/** A Python that has `requests`, or why there is none. */
export async function pythonWithRequests() {
  const own = join(CACHE, 'python/bin/python');
  for (const python of ['python3', own]) if (await hasRequests(python)) return { python };
  try {
    await must('python3', ['-m', 'venv', join(CACHE, 'python')]);
    await must(own, ['-m', 'pip', 'install', '--quiet', REQUESTS]);
    return { python: own };
  } catch (error) {
    return { missing: `no Python with requests: ${String(error.message).split('\n')[0]}` };
  }
}

const hasRequests = (python) =>
  runProgram(python, ['-c', 'import requests']).then(
    ({ code }) => code === 0,
    () => false,
  );

async function must(command, args, options) {
  const { code, stdout, stderr } = await runProgram(command, args, { ...options, timeoutMillis: 300_000 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
}
