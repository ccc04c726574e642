/** `npm run test:kill -- 200 1234`: so many runs of the kill test, with this seed. */
import '../../support/temp-script.mjs';
import { check, expect, summarize } from '../../support/check.mjs';
import { killRuns } from './kill-runs.mjs';

const [runs = 200, seed = Date.now() % 2 ** 32] = process.argv.slice(2).map(Number);
console.log(`kill: ${runs} runs, seed ${seed}`);
const { faults, ...outcome } = await killRuns(runs, seed);
console.log(JSON.stringify(outcome));
const { logged, missing, mangled, rekeyed } = outcome;
await check('records were logged', () => expect(logged > 0, `${logged}`));
await check('each record whose turn had ended arrived', () => expect(missing === 0, `${missing} did not`));
await check('none is mangled', () => expect(mangled === 0, `${mangled} are`));
await check('what came again had the same key', () => expect(rekeyed === 0, `${rekeyed} had not`));
await check('nothing else is wrong', () => expect(faults.length === 0, faults.join('\n')));
summarize('kill');
