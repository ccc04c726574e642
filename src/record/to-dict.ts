import type { HrTime } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { checkNames } from '../config/option-names.js';
import { isBoolean, wrongOption } from '../config/rules.js';
import type { Redaction } from '../redact/redaction.js';
import { randomUuid } from '../runtime/uuid.js';
import type { FlatDict, Scalar } from '../types/json.js';
import { put } from './entries.js';
import { type Flattening, type FlattenRefusal, flatten, flattenWithin } from './flatten.js';

/** What of a log record goes into its flat object, besides its data. */
export interface ToFlatDictOptions {
  /** Whether the record's metadata is added, such as `timestamp` and `trace_id`. Default: `true`. */
  readonly metadata?: boolean;
  /** Whether the metadata holds `resource`, a JSON string. Default: `true`. */
  readonly resource?: boolean;
}

/**
 * Flattens a log record of the OpenTelemetry SDK: a map body spreads at the top level, any other body goes under
 * `body`, attributes spread at the top level. Nothing is overwritten: an attribute that meets a field of
 * the body is sent as `attributes.<name>`, a metadata field that meets data as `otel.<name>`.
 * Throws a `TypeError` for a wrong option.
 */
export function toFlatDict(
  record: ReadableLogRecord,
  options: ToFlatDictOptions = {},
  createUid: () => string = randomUuid,
): FlatDict {
  checkOptions(options);
  const dict = flatten(record.body);
  putAll(dict, 'attributes.', flatten(record.attributes));
  const result = addMetadata(dict, record, options, createUid);
  return typeof result === 'string' ? dict : result;
}

function checkOptions(options: ToFlatDictOptions): void {
  checkNames(options, { metadata: true, resource: true });
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !isBoolean.accepts(value)) throw wrongOption(name, isBoolean, value);
  }
}

/** The same, redacted but for its metadata, or why it is no record. Stops as soon as the text of its body or of its attributes passes `maxCharacters`. */
export function toFlatDictWithin(
  record: ReadableLogRecord,
  options: ToFlatDictOptions,
  maxCharacters: number,
  redaction?: Redaction | undefined,
  flattening: Flattening = flattenWithin,
): FlatDict | FlattenRefusal {
  const body = flattening(record.body, maxCharacters, redaction);
  const attributes = flattening(record.attributes, maxCharacters, redaction);
  for (const part of [body, attributes]) if (typeof part === 'string' && part !== 'invalid') return part;
  const dict = typeof body === 'string' ? {} : body;
  if (typeof attributes !== 'string') putAll(dict, 'attributes.', attributes);
  return addMetadata(dict, record, options);
}

/** Adds to a record's data what the options ask for, or says that it could not. Changes `dict`. */
export function addMetadata(
  dict: FlatDict,
  record: ReadableLogRecord,
  { metadata = true, resource = true }: ToFlatDictOptions,
  createUid: () => string = randomUuid,
): FlatDict | 'internal' {
  if (!metadata) return dict;
  const fields = unlimited(metadataOf(record));
  const json = resource ? resourceJson(record) : '';
  if (fields === undefined || json === undefined) return 'internal';
  putAll(dict, 'otel.', fields);
  if (resource) putFree(dict, 'otel.', 'resource', json);
  if (!Object.hasOwn(dict, UID)) put(dict, UID, createUid());
  return dict;
}

/** The metadata has no limit of its own: the whole record is refused if it is too long. Metadata that was cut would be lost without being counted. */
function unlimited(data: object): FlatDict | undefined {
  const dict = flattenWithin(data, Number.POSITIVE_INFINITY);
  return typeof dict === 'string' ? undefined : dict;
}

/** The cause of a failure where a record needs more stack than is left, or a longer string than there can be. */
export const CANT_BE_READ = 'the record could not be read';

/** The semantic conventions' name for a record's identity. A record that brings its own keeps it. */
const UID = 'log.record.uid';

function metadataOf(record: ReadableLogRecord): object {
  const { spanContext, instrumentationScope: scope, droppedAttributesCount } = record;
  return {
    timestamp: rfc3339(record.hrTime),
    observed_timestamp: rfc3339(record.hrTimeObserved),
    severity_text: record.severityText,
    severity_number: record.severityNumber,
    trace_id: spanContext?.traceId.toLowerCase(),
    span_id: spanContext?.spanId.toLowerCase(),
    trace_flags: spanContext?.traceFlags.toString(16).padStart(2, '0'),
    event_name: record.eventName,
    scope_name: scope.name,
    scope_version: scope.version,
    dropped_attributes_count: droppedAttributesCount > 0 ? droppedAttributesCount : undefined,
  };
}

function putAll(dict: FlatDict, prefix: string, fields: FlatDict): void {
  for (const key of Object.keys(fields)) putFree(dict, prefix, key, fields[key]);
}

/** Sets a field under its name or, while that is taken, under its name with the prefix before it. */
export function putFree(dict: FlatDict, prefix: string, key: string, value: unknown): void {
  let freeKey = key;
  while (Object.hasOwn(dict, freeKey)) freeKey = prefix + freeKey;
  put(dict, freeKey, value);
}

/** Thousands of records share a resource. Its attributes are final once none is pending. */
const resourceJsons = new WeakMap<object, Scalar>();

function resourceJson({ resource }: ReadableLogRecord): Scalar | undefined {
  const known = resourceJsons.get(resource);
  if (known !== undefined) return known;
  // As the one field of an object, so that it comes back as one JSON text.
  const json = unlimited({ resource: resource.attributes })?.['resource'];
  if (!resource.asyncAttributesPending && json !== undefined) resourceJsons.set(resource, json);
  return json;
}

/** RFC 3339 in UTC with all nine digits, `undefined` for a time that it can't write. */
function rfc3339([seconds, nanos]: HrTime): string | undefined {
  const wholeSeconds = seconds + Math.floor(nanos / 1e9);
  const date = new Date(wholeSeconds * 1000);
  // Years beyond four digits, and NaN.
  if (!(date.getTime() >= MIN_RFC3339_MILLIS && date.getTime() <= MAX_RFC3339_MILLIS)) return undefined;
  const fraction = String(Math.floor(nanos) - Math.floor(nanos / 1e9) * 1e9).padStart(9, '0');
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`;
}

const MIN_RFC3339_MILLIS = Date.parse('0000-01-01T00:00:00Z');
const MAX_RFC3339_MILLIS = Date.parse('9999-12-31T23:59:59Z');
