import type { RecordStore } from '../receiver/record-store.js';
import type { Route, Routes } from '../receiver/route.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import { LiveStream } from './live-stream.js';
import { pageFiles } from './page-files.js';

export interface PageOptions {
  /** Where the files of the page are, as the build has made them. */
  readonly directory?: string;
  readonly clock?: Clock;
}

/** What the live page asks for. */
export function pageRoutes(store: RecordStore, options: PageOptions = {}): Routes {
  const { directory, clock = systemClock } = options;
  const stream = new LiveStream(store, clock);
  return {
    ...pageFiles(directory),
    '/api/stream': (request, response, url) => {
      const after = request.headers['last-event-id'] ?? url.searchParams.get('after') ?? undefined;
      return stream.add(response, typeof after === 'string' ? after : undefined);
    },
    '/api/record': recordRoute(store),
  };
}

/** `/api/record?file=2026-11-26T15.ndjson&offset=0`: one record as it is stored. */
function recordRoute(store: RecordStore): Route {
  return async (_request, response, url) => {
    const file = url.searchParams.get('file') ?? '';
    const offset = url.searchParams.get('offset') ?? '';
    const isAsked = /^[\w-]+(\.[\w-]+)*\.ndjson$/.test(file) && /^\d{1,15}$/.test(offset);
    const line = isAsked ? await store.read(file, Number(offset)) : undefined;
    const status = line === undefined ? 404 : 200;
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(line ?? '{"error":"There is no record at this place."}');
  };
}
