/** A value that JSON writes without brackets. A `bigint` is written as a JSON integer with all its digits. */
export type Scalar = string | number | bigint | boolean | null;

/** One flat JSON object: no value is an object or an array. Nested values are JSON strings. */
export type FlatDict = { [key: string]: Scalar };

/**
 * What `log()` takes: any object (an interface needs no index signature), or a bare value,
 * which is sent as `{"body": value}`.
 */
export type LogData = object | Scalar;

/** Fields for each record of a logger: an object, or a function that is called for each record. */
export type LoggerFields = object | (() => object | null | undefined);
