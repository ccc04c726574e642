import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config/variables.js';
import { codeIn, rowsOf, textOf } from '../support/page.js';

/** Each begins with an option or, where there is only a variable, an empty cell. */
const rows = rowsOf(textOf('docs/options.md'));

/** Options that are functions or objects of the application, and those of a rule, of which there can be many. */
const NO_TEXT = [
  ...['meterProvider', 'onDrop', 'dispatcher', 'beforeSend', 'loggerProvider', 'fields'],
  ...['redact.patterns', 'redact.censor', 'redact.remove', 'redact.inText'],
];

describe('the page of options', () => {
  it('lists every option and variable, and no other', () => {
    const options = textOf('src/types/options.ts');
    const settings = ['config', 'settings', 'destination', 'redact']
      .map((file) => textOf(`src/config/${file}.ts`))
      .join();
    const documented = rows
      .map(([option]) => codeIn(option)?.split('.').at(-1))
      .filter((name) => name !== undefined)
      .sort();
    const groups = ['retry', 'batch', 'spool', 'redact'];
    const existing = [...options.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    expect(documented).toEqual(existing.filter((name) => !groups.includes(name ?? '')).sort());
    const variables = rows.map(([, variable]) => codeIn(variable)).filter((name) => name !== undefined);
    const read = [...settings.matchAll(/'((?:REMOTE_LOGGER|OTEL_BLRP)_\w+)'/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'REMOTE_LOGGER_LISTEN_TOKEN'); // of the receiver, see docs/receiver.md
    expect(variables.sort()).toEqual([...new Set(read)].sort());
    expect([...VARIABLES].sort()).toEqual(variables.filter((name) => name.startsWith('REMOTE_LOGGER')));
    const inDocs = variables.filter((name) => name !== 'REMOTE_LOGGER_DEBUG'); // which is no option
    expect(inDocs.filter((name) => !options.includes(`\`${name}\``))).toEqual([]);
  });

  it('names a variable for every option that can be text, by one rule', () => {
    const asVariable = (option: string): string =>
      `REMOTE_LOGGER_${option.replace(/Millis$/, '').replaceAll(/([A-Z])|\./g, (_, letter) => (letter ? `_${letter}` : '_'))}`;
    const named = rows.flatMap(([option, variable]) => {
      // A group can be the first of its options itself.
      const name = /or `(\w+)` itself/.exec(option ?? '')?.[1] ?? codeIn(option);
      return name === undefined ? [] : [[name, codeIn(variable)] as const];
    });
    expect(named.length).toBeGreaterThan(25);
    for (const [name, variable] of named) {
      if (variable === undefined) expect(NO_TEXT).toContain(name);
      else if (!variable.startsWith('OTEL_BLRP_')) expect(variable).toBe(asVariable(name).toUpperCase());
    }
  });
});
