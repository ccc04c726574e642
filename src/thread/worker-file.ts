import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { VERSION } from '../runtime/version.js';

/** The names of the file, as our build or a bundler writes it. No application has a file of such a name. */
const NAMES = ['remote-logger-worker.cjs', 'remote-logger-worker.js', 'remote-logger-worker.mjs'];

/**
 * The path of the thread's file: beside this file or, where this code is part of a bundle, beside the bundle or where the
 * package is installed. The path is such that bundlers do not find it: a bundler that compiled that file, too, would have all of the HTTP
 * client twice, and webpack fails then.
 */
export function findWorkerFile(own = ownPath(), script = process.argv[1]): string {
  const places = [own, script].filter((path) => path !== undefined);
  const path = places.flatMap(besides).find(existsSync) ?? firstOf(places, installed);
  if (path === undefined)
    throw new Error(`no ${NAMES[0]} beside the bundle, and the package is not installed`);
  return path;
}

/**
 * Where the thread's file is if this code is as it was installed. The path is written in one expression, so that tools which copy the files
 * of an application find it, as Next.js does for a standalone server. An ES module that was bundled from CommonJS does not know its place.
 */
function ownPath(): string | undefined {
  try {
    return `${import.meta.dirname}/remote-logger-worker.cjs`;
  } catch {
    return undefined;
  }
}

const besides = (place: string): string[] => NAMES.map((name) => join(dirname(place), name));

/** The installed package, if it has this version: the two sides of a thread only understand their own version. */
function installed(place: string): string | undefined {
  try {
    const require = createRequire(place);
    const manifest = require.resolve('otel-remote-logger/package.json');
    if (require(manifest).version !== VERSION) return undefined;
    return besides(join(dirname(manifest), 'dist/index.cjs')).find(existsSync);
  } catch {
    return undefined;
  }
}

function firstOf<T, R>(all: readonly T[], look: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
