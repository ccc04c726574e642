import { ProxyError } from './tunnel.js';

/** What went wrong, in a word that holds no secret. */
export interface Failure {
  readonly failure: string;
  /** Whether the other side closed the connection before a byte of the answer. */
  readonly reset: boolean;
  /** Whether it was a proxy that gave no connection. */
  readonly byProxy: boolean;
}

/** How a connection ends that was closed by the other side. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export function failureOf(error: unknown): Failure {
  try {
    // Not the message: it can quote a header or a proxy's URL.
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const failure = String(code ?? name ?? UNKNOWN);
    return { failure, reset: RESETS.has(failure), byProxy: error instanceof ProxyError };
  } catch {
    return { failure: UNKNOWN, reset: false, byProxy: false };
  }
}

const UNKNOWN = 'unknown error';
