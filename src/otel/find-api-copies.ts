import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { ApiCopy, LogsApi } from './api-copies.js';

/** The main file of a copy, wherever npm, pnpm or yarn has put it: of SDK 0.223, and of SDK 3 for `require()` and for `import`. */
const MAIN_FILE = /[\\/]@opentelemetry[\\/](api|api-logs)[\\/](?:build[\\/]src|dist)[\\/]index\.[cm]?js$/;

/**
 * The copies of `@opentelemetry/api-logs` and `@opentelemetry/api` that can be found. `require()` lists what it has loaded: on
 * SDK 0.223, all of them. What `import` has loaded is listed nowhere: so from `@opentelemetry/api` 1.10 on, they are looked for where
 * the application and its OpenTelemetry packages find them. Loading one early does no harm, and one that is newer than what is
 * registered would not look there later.
 */
export function findApiCopies(): readonly ApiCopy[] {
  const require = applicationRequire();
  if (require === undefined) return [];
  const loaded = Object.keys(require.cache).filter((path) => MAIN_FILE.test(path));
  const modules = loaded.map((path) => path.replace(/\.cjs$/, '.mjs'));
  return [...new Set([...loaded, ...modules, ...installedPaths()])].flatMap((path) => copyAt(path, require));
}

function copyAt(path: string, require: NodeJS.Require): ApiCopy[] {
  try {
    const { logs } = require(path) as { logs?: LogsApi };
    const name = MAIN_FILE.exec(path)?.[1] === 'api' ? '@opentelemetry/api' : '@opentelemetry/api-logs';
    return logs === undefined ? [] : [{ package: name, what: `${versionOf(path)} (${path})`, logs }];
  } catch {
    return []; // an ES module where require() takes none, say: Jest
  }
}

/** The copies that the main script, the working directory, and the OpenTelemetry packages there would load. */
function installedPaths(): string[] {
  const { existsSync, realpathSync } = process.getBuiltinModule('node:fs');
  const folders = PLACES.flatMap((place) => requireFrom(place)?.resolve.paths('@opentelemetry/api') ?? []);
  const scopes = [...new Set(folders)].map((folder) => `${folder}/@opentelemetry`);
  const nested = scopes.flatMap(packagesIn).flatMap((folder) => [
    `${folder}/node_modules/@opentelemetry`,
    dirname(folder), // with pnpm, what a package depends on is beside it
  ]);
  return [...scopes, ...nested]
    .flatMap((scope) => [`${scope}/api/dist/index.cjs`, `${scope}/api/dist/index.mjs`])
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path));
}

/** The real folders of the packages. */
function packagesIn(scope: string): string[] {
  const { readdirSync, realpathSync } = process.getBuiltinModule('node:fs');
  try {
    return readdirSync(scope).map((name) => realpathSync(`${scope}/${name}`));
  } catch {
    return [];
  }
}

/** Of the application. */
const PLACES: readonly (() => string | undefined)[] = [() => process.argv[1], () => `${process.cwd()}/`];

/** A `require()` of our own: what it has loaded is the same for all. */
const applicationRequire = (): NodeJS.Require | undefined =>
  PLACES.map(requireFrom).find((require) => require !== undefined);

function requireFrom(place: () => string | undefined): NodeJS.Require | undefined {
  try {
    return createRequire(place() ?? '');
  } catch {
    return undefined; // no path, as with `node -e`, or a folder that is gone
  }
}

function versionOf(path: string): string {
  try {
    const manifest = path.replace(/(?:build[\\/]src|dist)[\\/][^\\/]*$/, 'package.json');
    return String(JSON.parse(process.getBuiltinModule('node:fs').readFileSync(manifest, 'utf8')).version);
  } catch {
    return 'of an unknown version';
  }
}
