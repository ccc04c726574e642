import type { MessagePort, Worker } from 'node:worker_threads';
import { posted } from '../lifecycle/posted.js';
import { isDebugging } from '../runtime/debug.js';
import type { Wiring } from '../sender/wiring.js';
import type { HeaderFields } from '../types/options.js';
import type { ThreadData } from './messages.js';
import { findWorkerFile } from './worker-file.js';

/** Little of what the thread makes lives long: it needs less memory for young objects than V8 takes. */
const YOUNG_MB = 8;

/**
 * Starts the worker of a thread, with none of the process's flags: what they preload is for the application. The class `Worker` is
 * fetched in a way that bundlers do not see: Turbopack would look for all files that the worker could start with, and compile them.
 */
export function startWorker(wiring: Wiring, port: MessagePort): Worker {
  const threads = process.getBuiltinModule('node:worker_threads');
  return new threads.Worker(findWorkerFile(), {
    name: 'otel-remote-logger',
    workerData: threadData(wiring, port),
    transferList: [port],
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

function threadData({ config, configured, measures }: Wiring, port: MessagePort): ThreadData {
  const { format, maxPayloadBytes, exportTimeoutMillis, maxAgeMillis, timeoutMillis, concurrency } = config;
  const { maxConnectionAgeMillis, retry, compression, proxies, endpoint } = config;
  let headers: HeaderFields | undefined;
  if (typeof config.headers !== 'function') {
    configured((all) => {
      if (typeof all !== 'string') headers = all;
    });
  }
  return {
    config: {
      format,
      maxPayloadBytes,
      exportTimeoutMillis,
      maxAgeMillis,
      timeoutMillis,
      concurrency,
      maxConnectionAgeMillis,
      retry,
      compression,
      proxies,
    },
    href: endpoint.url.href,
    headers,
    measures,
    debugs: isDebugging,
    port,
    posted,
  };
}
