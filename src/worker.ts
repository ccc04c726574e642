/** The background thread: the way of records from the queue of another thread to the endpoint. Started by thread.ts. */
import { workerData } from 'node:worker_threads';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { Pipeline } from './otel/pipeline.js';
import { Chunk } from './queue/chunk.js';
import { Segment } from './queue/segment.js';
import { systemClock } from './runtime/clock.js';
import { setDebugging } from './runtime/debug.js';
import type { Level } from './runtime/otel-api.js';
import { createSender } from './sender/create-sender.js';
import type { Order, SentChunk, ThreadData } from './thread/messages.js';
import { Neighbours } from './thread/neighbours.js';
import { Reports } from './thread/reports.js';
import type { Configured } from './transport/http/request-headers.js';
import type { SettledResult } from './types/send-result.js';

const { config, href, headers, measures, debugs, port, posted } = workerData as ThreadData;

const questions = new Map<number, Parameters<Configured>[0]>();
let nextQuestion = 0;
const neighbours = new Neighbours();

setDebugging(debugs, 'thread');
const reports = new Reports(port, posted, measures);
tellThere();
const sender = createSender({
  config: { ...config, endpoint: { url: new URL(href) }, dispatcher: undefined },
  configured: headers === undefined ? askForHeaders : (take) => take(headers),
  attempted: (attempt) => reports.attempted(attempt),
  onSettled: settled,
  onRoom() {},
  clock: systemClock,
});
const pipeline = new Pipeline(sender);
port.on('message', follow);
reports.post({ kind: 'up' });

class ReceivedChunk extends Chunk {
  constructor(
    readonly id: number,
    readonly memory: number,
    segment: Segment,
  ) {
    super(segment, 0, segment.length);
  }
}

function follow(order: Order): void {
  switch (order.kind) {
    case 'send':
      take(order.chunk);
      break;
    case 'headers':
      questions.get(order.question)?.(order.headers);
      questions.delete(order.question);
      break;
    case 'hurry':
      pipeline.hurry();
      break;
    case 'close':
      void pipeline.close().then(() => reports.close());
  }
}

function take({ id, key, records, memory, isWhole, ends, sinceMillis, ageMillis }: SentChunk): void {
  const { buffer, byteOffset, byteLength } = records;
  // A few records must not keep hold of a large segment's memory.
  const isSmall = byteLength * 4 <= buffer.byteLength;
  const bytes = isSmall && !isWhole ? Buffer.from(records) : Buffer.from(buffer, byteOffset, byteLength);
  const now = systemClock.now();
  const segment = Segment.of(key, bytes, ends, now - sinceMillis, now - ageMillis);
  if (isSmall && isWhole) neighbours.add(memory, segment);
  const chunk = new ReceivedChunk(id, memory, segment);
  reports.began(ends.length);
  pipeline.take(chunk);
}

function settled(chunk: Chunk, from: number, to: number, result: SettledResult): void {
  for (let index = from; index < to; index++) chunk.settle(index);
  const { id, memory } = chunk as ReceivedChunk;
  reports.settled(id, from, to, result);
  chunk.segment.shrink();
  neighbours.settled(memory);
}

/** The headers function is the application's, so the main thread is asked. */
function askForHeaders(take: Parameters<Configured>[0]): void {
  questions.set(nextQuestion, take);
  reports.post({ kind: 'headers', question: nextQuestion++ });
}

/** Passes on what is logged to diag in this thread to the application's diag. */
function tellThere(): void {
  const at =
    (level: Level) =>
    (message: string): void =>
      reports.post({ kind: 'said', level, message: message.replace(/^otel-remote-logger: /, '') });
  diag.setLogger(
    { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), verbose: at('debug') },
    { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true },
  );
}
