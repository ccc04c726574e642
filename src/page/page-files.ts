import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Route, Routes } from '../receiver/route.js';

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The routes of the page's own files, which the build puts into `directory`. Each is read once. */
export function pageFiles(directory = ownDirectory()): Routes {
  const routeOf = (name: keyof typeof TYPES): Route => {
    let content: Promise<Buffer> | undefined;
    return async (_request, response) => {
      content ??= readFile(join(directory, name)).catch((error) => {
        content = undefined;
        throw error;
      });
      const bytes = await content;
      // Not kept by the browser: another version of the package answers at the same address.
      response.writeHead(200, { 'content-type': TYPES[name], 'cache-control': 'no-cache' });
      response.end(bytes);
    };
  };
  return {
    '/': routeOf('index.html'),
    '/page.js': routeOf('page.js'),
    '/page.css': routeOf('page.css'),
    '/icon.svg': routeOf('icon.svg'),
  };
}

const ownDirectory = (): string => `${import.meta.dirname}/page`;
