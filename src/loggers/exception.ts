/** The fields of an error, under the names that OpenTelemetry's semantic conventions give them. */
export interface ExceptionFields {
  'exception.type'?: string;
  'exception.message'?: string;
  'exception.stacktrace'?: string;
}

export interface Exception {
  readonly fields: ExceptionFields;
  /** What else is in the error, such as its code and its cause, if there is anything. */
  readonly rest: Error | undefined;
}

/** An error, or what a serializer made of one. */
interface ErrorLike {
  readonly message?: unknown;
  readonly stack?: unknown;
  /** As pino's serializer calls the name. */
  readonly type?: unknown;
  readonly name?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/**
 * The parts of an error; `undefined` for what is none. What is under a name of `others` is not the error's. It may throw, as a getter of the
 * application can.
 */
export function exceptionOf(value: unknown, others: readonly string[] = []): Exception | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, stack, type, name, ...own } = value as ErrorLike;
  const isError = value instanceof Error;
  if (!isError && (typeof message !== 'string' || typeof stack !== 'string')) return undefined;
  const { cause, errors } = value as ErrorLike;
  const all = isError ? { ...own, cause, errors } : own;
  const rest = Object.entries(all).filter(([key, one]) => one !== undefined && !others.includes(key));
  return {
    fields: textsOf({
      'exception.type': typeof type === 'string' ? type : name,
      'exception.message': message,
      'exception.stacktrace': stack,
    }),
    rest: rest.length > 0 ? errorWith(Object.fromEntries(rest)) : undefined,
  };
}

/** An Error with these fields alone: as one, it is sent without the credentials that HTTP clients leave in theirs. */
export const errorWith = (fields: object): Error =>
  Object.assign(new Error(), { name: undefined, message: undefined, stack: undefined }, fields);

/**
 * Takes the first error that is under one of `keys` out of a record's fields, and gives what is to be sent of it. What else is in the
 * error stays under its key.
 */
export function takeException(
  fields: Record<string, unknown>,
  keys: readonly string[],
): ExceptionFields | undefined {
  for (const key of keys) {
    const exception = exceptionOf(fields[key]);
    if (exception === undefined) continue;
    if (exception.rest === undefined) delete fields[key];
    else fields[key] = exception.rest;
    return exception.fields;
  }
  return undefined;
}

/** Those that are text. */
export const textsOf = (fields: object): ExceptionFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'));
