import { activeSpanContext } from '../runtime/otel-api.js';
import { type ExceptionFields, errorWith, exceptionOf, takeException, textsOf } from './exception.js';
import { hrTimeOf } from './log-time.js';
import type { Logged } from './logged.js';
import { severityOfName } from './severity.js';

const LEVEL = Symbol.for('level');
const SPLAT = Symbol.for('splat');
const MESSAGE = Symbol.for('message');

/** What winston hands to a transport, after all formats: an object, or the error itself that was logged. */
export interface WinstonInfo {
  [name: string | symbol]: unknown;
}

/** What is in an info of winston. A timestamp that makes no sense stays the field that it is. */
export function ofWinston(info: WinstonInfo): Logged {
  // Symbols are not sent, and to take them out later would cost more.
  const {
    level: shown,
    message,
    stack,
    timestamp,
    [LEVEL]: named,
    [SPLAT]: _,
    [MESSAGE]: __,
    ...fields
  } = info;
  // Colours are only in the level that is shown.
  const level = named ?? shown;
  const hrTime = hrTimeOf(timestamp);
  if (timestamp !== undefined && hrTime === undefined) fields['timestamp'] = timestamp;
  const exception = exceptionIn(info, fields);
  if (stack !== exception['exception.stacktrace']) fields['stack'] = stack;
  const attributes = { ...exception, ...fields };
  const severityText = typeof level === 'string' ? level : undefined;
  return {
    body: message instanceof Error ? message.message : message,
    // With a stack, they may be those of an error, with its credentials.
    attributes: stack === undefined ? attributes : errorWith(attributes),
    hrTime,
    severityText,
    severityNumber: severityText === undefined ? undefined : severityOfName(severityText),
    // An instrumentation may have put the trace into the fields.
    spanContext: fields['trace_id'] === undefined ? activeSpanContext() : undefined,
  };
}

/**
 * The error of an info: under a name that people give it, or what was logged itself, or what came behind the message. Otherwise winston's
 * format has left of it no more than its stack, beside the message.
 */
function exceptionIn(info: WinstonInfo, fields: Record<string, unknown>): ExceptionFields {
  const named = takeException(fields, ['err', 'error']);
  if (named !== undefined) return named;
  const { [SPLAT]: splat, message, stack, name } = info;
  const error = [info, message, ...(Array.isArray(splat) ? splat : [])].find((one) => one instanceof Error);
  if (error !== undefined) return takeError(error, fields);
  if (typeof stack !== 'string') return {};
  const type = typeof name === 'string' ? name : /^[^:\s]+/.exec(stack)?.[0];
  return textsOf({ 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack });
}

/** Winston spreads an error's fields among those of the info. They are the error's, and go where those of a named one are. */
function takeError(error: Error, fields: Record<string, unknown>): ExceptionFields {
  const own = error as unknown as Readonly<Record<string, unknown>>;
  for (const key of [...Object.keys(own), 'cause']) if (fields[key] === own[key]) delete fields[key];
  const exception = exceptionOf(error, ['level', 'timestamp']);
  if (exception?.rest !== undefined) fields[fields['error'] === undefined ? 'error' : 'err'] = exception.rest;
  return exception?.fields ?? {};
}
