/** Enough that no two values have the same hash, and short enough to be read. */
const HASH_BYTES = 16;
const MIN_KEY_BYTES = 16;

/**
 * A censor that writes a keyed hash, such as `hmac:Qk3yW6…`: the same for the same value, so that records of one user can be joined, and
 * without the key nobody can tell the value or try guesses. It is the first 16 bytes of an HMAC-SHA-256 in base64url. A number and its text have the
 * same hash; an object has that of its JSON text. Throws a `TypeError` for a key with less than 16 bytes.
 */
export function keyedHash(key: string | Uint8Array): (value: unknown) => string {
  const bytes = typeof key === 'string' || key instanceof Uint8Array ? Buffer.from(key) : undefined;
  if (bytes === undefined || bytes.length < MIN_KEY_BYTES) {
    const got = bytes === undefined ? typeof key : `${bytes.length}`;
    throw new TypeError(
      `otel-remote-logger: the key of keyedHash() must have at least ${MIN_KEY_BYTES} bytes, got ${got}`,
    );
  }
  return (value) => {
    // Node takes some milliseconds to load it.
    const { createHmac } = process.getBuiltinModule('node:crypto');
    const text = typeof value === 'object' ? JSON.stringify(value, digits) : String(value);
    const hash = createHmac('sha256', bytes).update(text).digest().subarray(0, HASH_BYTES);
    return `hmac:${hash.toString('base64url')}`;
  };
}

const digits = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
