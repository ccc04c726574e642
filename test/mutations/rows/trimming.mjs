const TRIMMING = { file: 'src/record/trimming.ts', test: 'test/record/trimming.test.ts' };

/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: 'trimming: what is too large in bytes only is trimmed, too',
    ...TRIMMING,
    from: "this.wasNeeded = typeof dict === 'string' ? dict === 'too_large' : !isWithin(dict as FlatDict, most);",
    to: "this.wasNeeded = dict === 'too_large';",
  },
  {
    name: 'trimming: the hash is that of the whole text',
    ...TRIMMING,
    from: 'text.hash ??= hashOf(whole);',
    to: 'text.hash ??= hashOf(kept);',
  },
  {
    name: 'trimming: a text ends with no half of a character',
    ...TRIMMING,
    from: '? length - 1 : length);',
    to: '? length : length);',
  },
  {
    name: 'trimming: short texts stay whole',
    ...TRIMMING,
    from: 'if (length > share) return Math.floor(share);',
    to: 'return Math.floor(share);',
  },
  {
    name: 'trimming: texts of a Map are cut, too',
    ...TRIMMING,
    from: 'copied instanceof Entries ? copied.values : copied;',
    to: 'copied instanceof Entries ? [] : copied;',
  },
  {
    name: 'trimming: there is room for the metadata',
    ...TRIMMING,
    from: 'this.hasMetadata ? METADATA_BYTES',
    to: 'this.hasMetadata ? FRAME_BYTES',
  },
  {
    name: 'trimming: a small limit leaves room for a record',
    ...TRIMMING,
    from: 'all - Math.min(bytes, Math.floor(all / 4));',
    to: 'all - bytes;',
  },
  {
    name: 'trimming: what is redacted is trimmed after that',
    ...TRIMMING,
    from: 'const record = recordOf(data, copying, redaction);',
    to: 'const record = recordOf(data, copying, undefined);',
  },
  {
    name: 'trimming: a logger counts it',
    file: 'src/logger/active-logger.ts',
    test: TRIMMING.test,
    from: 'if (this.#trimming.wasNeeded) this.#ledger.trim(this.config.maxPayloadBytes);',
    to: '',
  },
  {
    name: 'trimming: an exporter counts it',
    file: 'src/otel/encoder.ts',
    test: TRIMMING.test,
    from: 'if (this.#trimming.wasNeeded) account.trimmed(this.config.maxPayloadBytes);',
    to: '',
  },
];
