import { measure } from '../lib/child.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'redact';
export const rows = [];
const EXACT = ['ip', 'headers.authorization', 'headers.cookie'];
const NAMES = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'apikey',
  'credentials',
  'email',
  'phone',
  'address',
];
const RULES = [
  { rule: 'nothing' },
  { rule: '3 exact paths', paths: EXACT },
  { rule: 'a path with wildcards', paths: ['state.messages[*][1]'] },
  { rule: '10 keys, one level down', paths: NAMES.map((key) => `*.${key}`) },
  { rule: '10 keys, at any depth', paths: NAMES.map((key) => `**.${key}`), isOurs: true },
  { rule: '1 pattern', pattern: '[\\w.+-]+@[\\w-]+\\.[\\w.-]+', isOurs: true },
];
const RECORDS = 2000;

/** What redaction adds to a call that logs, beside pino with the same paths. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = RULES.flatMap(({ isOurs, ...rule }) =>
    (isOurs ? ['ours'] : ['ours', 'pino']).map((of) => ({ ...rule, of, rounds: [] })),
  );
  for (let round = 1; round <= Math.min(rounds, 5); round += 1) {
    for (const { rule, of, paths, pattern, rounds: measured } of cases) {
      const records = quick ? RECORDS / 10 : RECORDS;
      const settings = { entry: places.build.entry, url: sinks.records.url, of, paths, pattern, records };
      try {
        const one = await measure('redact', settings);
        measured.push(one);
        say(
          `round ${round}  ${of}, ${rule}: ${one.micros.toFixed(2)} us, ${one.added.toFixed(2)} of it redaction`,
        );
      } catch (error) {
        fail(`${of}, ${rule}`, error);
      }
    }
  }
  return cases.map((one) => ({ rule: one.rule, of: one.of, rounds: one.rounds, ...medians(one.rounds) }));
}
