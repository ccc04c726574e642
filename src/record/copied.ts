import type { Scalar } from '../types/json.js';

/** Fields on their way to a text that leaves out those which are undefined. Nested values are plain copies. */
export type CopiedFields = { [key: string]: Scalar | object | undefined };

/** A short record as it was copied: what is nested becomes a JSON string where its text is written. */
export class Copied {
  constructor(readonly fields: CopiedFields) {}
}
