const ONE_A_POST = [
  {
    name: 'python',
    label: 'Python original (requests.post)',
    sender: 'python',
    records: 3_000,
    needs: 'python',
  },
  { name: 'fetch', label: 'fetch', sender: 'fetch', records: 10_000 },
  { name: 'node-http', label: 'node:http, keep-alive agent', sender: 'node-http', records: 60_000 },
  {
    name: 'undici',
    label: 'undici dispatch, 10 connections',
    sender: 'undici-dispatch',
    options: { connections: 10, pipelining: 1 },
    records: 150_000,
  },
  {
    name: 'undici-pipelined',
    label: 'undici dispatch, pipelined',
    sender: 'undici-dispatch',
    options: { connections: 10, pipelining: 10 },
    records: 150_000,
  },
  { name: 'ours', label: 'otel-remote-logger', sender: 'ours', records: 120_000, needs: 'build' },
  {
    name: 'ours-thread',
    label: 'otel-remote-logger, thread',
    sender: 'ours',
    options: { thread: true },
    records: 150_000,
    needs: 'thread',
  },
  { name: 'raw', label: 'raw pipelined socket (the limit)', sender: 'raw-socket', records: 800_000 },
];

const MANY_A_POST = [
  {
    name: 'otlp-0.223',
    label: 'OTLP/HTTP JSON exporter, SDK 0.223',
    sender: 'otlp',
    records: 300_000,
    needs: 'sdk-0.223',
  },
  {
    name: 'otlp-3.1',
    label: 'OTLP/HTTP JSON exporter, SDK 3.1',
    sender: 'otlp',
    records: 300_000,
    needs: 'sdk-3.1',
  },
  {
    name: 'ours-ndjson-0.223',
    label: 'otel-remote-logger ndjson, SDK 0.223',
    sender: 'ours',
    options: { format: 'ndjson' },
    records: 500_000,
    needs: 'sdk-0.223',
  },
  {
    name: 'ours-ndjson-3.1',
    label: 'otel-remote-logger ndjson, SDK 3.1',
    sender: 'ours',
    options: { format: 'ndjson' },
    records: 500_000,
    needs: 'sdk-3.1',
  },
  {
    name: 'ours-ndjson-thread',
    label: 'otel-remote-logger ndjson, thread',
    sender: 'ours',
    options: { format: 'ndjson', thread: true },
    records: 500_000,
    needs: 'thread',
  },
  {
    name: 'raw-ndjson',
    label: 'ndjson without the SDK (the limit)',
    sender: 'raw-socket',
    options: { perPost: 512 },
    records: 1_500_000,
  },
];

/**
 * What is compared. `sender` is a file of `senders/` with its options; `records` are those of one measurement, some
 * seconds' worth. `needs` names what must be there: a Python with requests, a line of the SDK, the thread.
 * @typedef {{ name: string, label: string, perPost: string, sender: string, records: number, options?: object, needs?: string }} Row
 */

/** @type {Row[]} */
export const ROWS = [
  ...ONE_A_POST.map((row) => ({ ...row, perPost: 'one' })),
  ...MANY_A_POST.map((row) => ({ ...row, perPost: 'many' })),
];
