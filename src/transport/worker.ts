/** The background thread: the whole transport, with its connections, retries and gate. Started by thread.ts. */
import { workerData } from 'node:worker_threads';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { systemClock } from '../clock.js';
import { setDebugging } from '../debug.js';
import type { Level } from '../otel-api.js';
import { clearTimeout, setImmediate, setTimeout } from '../timers.js';
import { createTransport } from './create-transport.js';
import type { Configured } from './request-headers.js';
import {
  type Order,
  type PackedPayloads,
  type Report,
  type ThreadData,
  unpackPayloads,
} from './thread-messages.js';
import type { SendResult } from './transport.js';

/** Reports are for many payloads, unless nothing more is under way: each message costs the main thread as much as some records. */
const REPORT_SIZE = 256;
const REPORT_DELAY_MILLIS = 10;

const { config, href, headers, measures, debugs, port, posted } = workerData as ThreadData;

type Settled = Extract<Report, { kind: 'settled' }>;
let delivered: number[] = [];
let others: [id: number, index: number, result: SendResult][] = [];
let attempts: Settled['attempts'][number][] = [];
let trouble: SendResult | undefined;
let settledSince = 0;
let underWay = 0;
let reportTimer: NodeJS.Timeout | undefined;
let reportSoon = false;

const questions = new Map<number, Parameters<Configured>[0]>();
let nextQuestion = 0;

setDebugging(debugs, 'thread');
tellThere();
const transport = createTransport(
  { ...config, endpoint: { url: new URL(href) }, dispatcher: undefined },
  headers === undefined ? askForHeaders : (take) => take(headers),
  measures ? { attempted: (...attempt) => void attempts.push(attempt) } : undefined,
  heard,
  systemClock,
);
port.on('message', follow);

function follow(order: Order): void {
  switch (order.kind) {
    case 'send':
      for (const packed of order.all) sendEach(packed);
      break;
    case 'headers':
      questions.get(order.question)?.(order.headers);
      questions.delete(order.question);
      break;
    case 'hurry':
      transport.hurry?.();
      break;
    case 'close':
      void transport.close().then(() => {
        report();
        post({ kind: 'closed' });
      });
  }
}

function post(message: Report): void {
  port.postMessage(message);
  Atomics.add(posted, 0, 1);
  Atomics.notify(posted, 0);
}

function sendEach(packed: PackedPayloads): void {
  let next = 0;
  for (const payload of unpackPayloads(packed, systemClock.now())) {
    const index = next++;
    underWay++;
    transport.send(payload, (result) => settled(packed.id, index, result));
  }
}

/** How each POST ended: what goes on to fail is of interest before it is given up. */
function heard(result: SendResult): void {
  trouble = result.outcome === 'retry' ? result : undefined;
  if (trouble !== undefined) reportTimer ??= setTimeout(report, REPORT_DELAY_MILLIS);
}

function settled(id: number, index: number, result: SendResult): void {
  underWay--;
  settledSince++;
  if (result.outcome === 'delivered' && result.detail === undefined) delivered.push(id, index);
  else others.push([id, index, result]);
  if (underWay === 0 || settledSince >= REPORT_SIZE) {
    if (!reportSoon) {
      reportSoon = true;
      setImmediate(report);
    }
  } else reportTimer ??= setTimeout(report, REPORT_DELAY_MILLIS);
}

function report(): void {
  clearTimeout(reportTimer);
  reportTimer = undefined;
  reportSoon = false;
  if (settledSince === 0 && trouble === undefined) return;
  post({ kind: 'settled', delivered, others, attempts, trouble });
  settledSince = 0;
  delivered = [];
  others = [];
  attempts = [];
  trouble = undefined;
}

/** Only the application can be asked, and it is in another thread. */
function askForHeaders(take: Parameters<Configured>[0]): void {
  questions.set(nextQuestion, take);
  post({ kind: 'headers', question: nextQuestion++ });
}

/** What is said here belongs on the application's diag. */
function tellThere(): void {
  const at =
    (level: Level) =>
    (message: string): void =>
      post({ kind: 'said', level, message: message.replace(/^otel-remote-logger: /, '') });
  diag.setLogger(
    { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), verbose: at('debug') },
    { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true },
  );
}
