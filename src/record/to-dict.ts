import type { HrTime } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { FlatDict, Scalar } from '../json.js';
import { checkNames } from '../option-names.js';
import { isBoolean, wrongOption } from '../rules.js';
import { randomUuid } from '../uuid.js';
import { flatten, flattenWithin, put } from './flatten.js';

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
  return addMetadata(dict, record, options, createUid);
}

function checkOptions(options: ToFlatDictOptions): void {
  checkNames(options, { metadata: true, resource: true });
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !isBoolean.accepts(value)) throw wrongOption(name, isBoolean, value);
  }
}

/** The same, unless the text of the record's data would pass `maxCharacters`. */
export function toFlatDictWithin(
  record: ReadableLogRecord,
  options: ToFlatDictOptions,
  maxCharacters: number,
): FlatDict | 'too_large' {
  const body = flattenWithin(record.body, maxCharacters);
  const attributes = flattenWithin(record.attributes, maxCharacters);
  if (body === 'too_large' || attributes === 'too_large') return 'too_large';
  const dict = body === 'invalid' ? {} : body;
  if (attributes !== 'invalid') putAll(dict, 'attributes.', attributes);
  return addMetadata(dict, record, options);
}

/** Adds to a record's data what the options ask for. Changes `dict`. */
export function addMetadata(
  dict: FlatDict,
  record: ReadableLogRecord,
  { metadata = true, resource = true }: ToFlatDictOptions,
  createUid: () => string = randomUuid,
): FlatDict {
  if (!metadata) return dict;
  putAll(dict, 'otel.', metadataOf(record));
  if (resource) putFree(dict, 'otel.', 'resource', resourceJson(record));
  if (!Object.hasOwn(dict, UID)) put(dict, UID, createUid());
  return dict;
}

/** The semantic conventions' name for a record's identity. A record that brings its own keeps it. */
const UID = 'log.record.uid';

function metadataOf(record: ReadableLogRecord): FlatDict {
  const { spanContext, instrumentationScope: scope, droppedAttributesCount } = record;
  const fields: Record<string, Scalar | undefined> = {
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
  return flatten(fields);
}

function putAll(dict: FlatDict, prefix: string, fields: FlatDict): void {
  for (const key of Object.keys(fields)) putFree(dict, prefix, key, fields[key]);
}

/** Sets a field under its name or, while that is taken, under its name with the prefix before it. */
function putFree(dict: FlatDict, prefix: string, key: string, value: Scalar | undefined): void {
  let freeKey = key;
  while (Object.hasOwn(dict, freeKey)) freeKey = prefix + freeKey;
  put(dict, freeKey, value);
}

/** Thousands of records share a resource. Its attributes are final once none is pending. */
const resourceJsons = new WeakMap<object, string>();

function resourceJson({ resource }: ReadableLogRecord): string {
  const known = resourceJsons.get(resource);
  if (known !== undefined) return known;
  // Under one key, so that it comes back as the JSON text of the whole.
  const json = String(flatten({ resource: resource.attributes })['resource']);
  if (!resource.asyncAttributesPending) resourceJsons.set(resource, json);
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
