const TEST = 'test/ask/duckdb.test.ts';

/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: 'query: SQL reads no other file',
    file: 'src/ask/duckdb.ts',
    from: "await connection.run('SET enable_external_access = false');",
    to: '',
    test: TEST,
    only: 'is refused: SELECT * FROM read_text',
  },
  {
    name: 'query: SQL changes nothing',
    file: 'src/ask/duckdb.ts',
    from: 'if (statement.statementType !== StatementType.SELECT)',
    to: 'if (false)',
    test: TEST,
    only: 'is refused: COPY records',
  },
  {
    name: 'query: one statement is taken',
    file: 'src/ask/duckdb.ts',
    from: 'if (statements.count !== 1)',
    to: 'if (statements.count < 1)',
    test: TEST,
    only: 'is refused: SELECT 1; DROP',
  },
  {
    name: 'query: a damaged line is no row',
    file: 'src/ask/duckdb.ts',
    from: 'IS NOT NULL`).join',
    to: 'IS NULL OR TRUE`).join',
    test: TEST,
    only: 'leaves out lines that are damaged',
  },
  {
    name: 'query: a field with several types is a text',
    file: 'src/ask/fields.ts',
    from: "'HUGEINT' : 'VARCHAR';",
    to: "'HUGEINT' : type;",
    test: TEST,
    only: 'keeps a field that is a number here and a text there',
  },
  {
    name: 'query: a field that no sample has is found',
    file: 'src/ask/duckdb.ts',
    from: '    await this.define();\n    return true;',
    to: '    return false;',
    test: TEST,
    only: 'finds a field that no sample has',
  },
  {
    name: 'query: a question ends at its time limit',
    file: 'src/ask/ask.ts',
    from: 'timeoutMillis);\n',
    to: '600_000);\n',
    test: 'test/ask/ask.test.ts',
    only: 'of time is ended',
  },
  {
    name: 'query: CSV has no formulas',
    file: 'src/command/query/csv.ts',
    from: '/^[=+\\-@\\t\\r]/.test(cell)',
    to: 'false',
    test: 'test/command/query/query-command.test.ts',
    only: 'CSV has',
  },
];
