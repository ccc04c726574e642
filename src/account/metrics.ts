import type { Attributes, Counter, Histogram, Meter, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import type { Endpoint } from '../config/endpoint.js';
import { promiseOf, textOf } from '../runtime/foreign.js';
import { globalMeterProvider, logToDiag } from '../runtime/otel-api.js';
import { asOwnWork, beginMoment, endMoment } from '../runtime/own-work.js';
import type { Attempt, SendResult } from '../types/send-result.js';

/** The semantic conventions' attributes of SDK self-observability. */
const COMPONENT_TYPE = 'otel.component.type';
const COMPONENT_NAME = 'otel.component.name';
const ERROR_TYPE = 'error.type';

const RECORDS = { unit: '{log_record}' };

/** How many components of a type there were: their names count from 0. */
const created = new Map<string, number>();

function componentAttributes(type: string): Attributes {
  const number = created.get(type) ?? 0;
  created.set(type, number + 1);
  return { [COMPONENT_TYPE]: type, [COMPONENT_NAME]: `${type}/${number}` };
}

/** What the exporting of records is measured by. */
export interface ExportMetrics {
  started(records: number): void;
  /** `errorType` tells why records were given up; without it they were delivered. */
  finished(records: number, errorType?: string): void;
  attempted(attempt: Attempt): void;
  /** Observes for how long the endpoint has failed. Returns how to stop observing. */
  watch(failingSeconds: () => number): () => void;
}

/** What the queue of a logger is measured by. */
export interface QueueMetrics {
  /** `errorType` tells why a record was not admitted; without it, it was handed on to be exported. */
  processed(records: number, errorType?: string): void;
  /** Stops watching the queue. */
  end(): void;
}

const withError = (attributes: Attributes, errorType: string | undefined): Attributes =>
  errorType === undefined ? attributes : { ...attributes, [ERROR_TYPE]: errorType };

/** The semantic conventions' error.type of HTTP: the status as text or, without an answer, what went wrong. */
function errorTypeOf(result: SendResult): string | undefined {
  if (result.outcome === 'delivered') return undefined;
  return result.status === undefined ? result.cause : String(result.status);
}

/** A meter provider is the application's: what its views and readers throw must not reach a record. */
const harmless =
  <A extends unknown[]>(measure: (...args: A) => unknown) =>
  (...args: A): void => {
    if (!beginMoment()) return;
    try {
      promiseOf(measure(...args))?.catch(tellFault);
    } catch (error) {
      tellFault(error);
    } finally {
      endMoment();
    }
  };

const add = harmless((counter: Counter | UpDownCounter, value: number, attributes: Attributes) =>
  counter.add(value, attributes),
);

const record = harmless((histogram: Histogram, value: number, attributes: Attributes) =>
  histogram.record(value, attributes),
);

const tellFault = (error: unknown): void =>
  logToDiag('error', `a metric could not be measured: ${textOf(error)}`);

function orNothing<T>(given: MeterProvider | undefined, create: (meter: Meter) => T): T | undefined {
  try {
    const provider = given ?? globalMeterProvider();
    // What the provider logs meanwhile, on diag, say, is no record of the application.
    return provider && asOwnWork(() => create(provider.getMeter('otel-remote-logger')));
  } catch (error) {
    logToDiag('error', `metrics could not be set up: ${textOf(error)}`);
    return undefined;
  }
}

/** Empty for a URL without a host. */
function serverAttributes({ hostname, port, protocol }: URL): Attributes {
  if (hostname === '') return {};
  return { 'server.address': hostname, 'server.port': Number(port || (protocol === 'https:' ? 443 : 80)) };
}

/** Metrics of an exporter; nothing is measured where there is no meter provider. */
export const createExportMetrics = (
  meterProvider: MeterProvider | undefined,
  endpoint: Endpoint,
): ExportMetrics | undefined => orNothing(meterProvider, (meter) => exportMetrics(meter, endpoint));

function exportMetrics(meter: Meter, { url }: Endpoint): ExportMetrics {
  const attributes: Attributes = {
    ...componentAttributes('RemoteLogRecordExporter'),
    ...serverAttributes(url),
  };
  const inflight: UpDownCounter = meter.createUpDownCounter('otel.sdk.exporter.log.inflight', {
    ...RECORDS,
    description: 'Log records handed to the exporter and neither delivered nor given up yet.',
  });
  const exported: Counter = meter.createCounter('otel.sdk.exporter.log.exported', {
    ...RECORDS,
    description: 'Log records delivered or, with error.type, given up.',
  });
  const duration: Histogram = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'Duration of one POST.',
  });
  // The semantic conventions have no name for this metric.
  const failing = meter.createObservableGauge('otel_remote_logger.exporter.failing.duration', {
    unit: 's',
    description:
      'For how long nothing has got through although it was tried; 0 once records get through again.',
  });
  return {
    watch(failingSeconds) {
      // A reader goes on reporting the last value, so the end of an outage has to be observed, as 0. Before the first outage, nothing is.
      let hasBegun = false;
      const observe: Parameters<typeof failing.addCallback>[0] = (result) => {
        const seconds = failingSeconds();
        hasBegun ||= seconds > 0;
        if (hasBegun) result.observe(seconds, attributes);
      };
      harmless(() => failing.addCallback(observe))();
      return harmless(() => failing.removeCallback(observe));
    },
    started: (records) => add(inflight, records, attributes),
    finished(records, errorType) {
      add(inflight, -records, attributes);
      add(exported, records, withError(attributes, errorType));
    },
    attempted({ seconds, result }) {
      const { status } = result;
      const answered =
        status === undefined ? attributes : { ...attributes, 'http.response.status_code': status };
      record(duration, seconds, withError(answered, errorTypeOf(result)));
    },
  };
}

/** Metrics of a logger's queue; nothing is measured where there is no meter provider. */
export const createQueueMetrics = (
  meterProvider: MeterProvider | undefined,
  capacity: number | undefined,
  size: () => number,
): QueueMetrics | undefined => orNothing(meterProvider, (meter) => queueMetrics(meter, capacity, size));

function queueMetrics(meter: Meter, capacity: number | undefined, size: () => number): QueueMetrics {
  const attributes = componentAttributes('RemoteLogger');
  // That of a queue on disk is no number of records.
  if (capacity !== undefined) {
    const most = meter.createUpDownCounter('otel.sdk.processor.log.queue.capacity', {
      ...RECORDS,
      description: 'Most log records that can be pending.',
    });
    add(most, capacity, attributes);
  }
  const queueSize = meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.size', {
    ...RECORDS,
    description: 'Log records pending.',
  });
  const observe: Parameters<typeof queueSize.addCallback>[0] = (result) => result.observe(size(), attributes);
  queueSize.addCallback(observe);
  const processed = meter.createCounter('otel.sdk.processor.log.processed', {
    ...RECORDS,
    description: 'Log records handed on to be exported or, with error.type, not admitted.',
  });
  return {
    processed: (records, errorType) => add(processed, records, withError(attributes, errorType)),
    end: harmless(() => queueSize.removeCallback(observe)),
  };
}
