import { expect, it } from 'vitest';
import { killRuns } from '../spool/kill/kill-runs.mjs';

// `npm run test:kill` makes more of them.
it('a process that is killed at any moment loses no record of a turn that had ended: twenty of them', async () => {
  const outcome = await killRuns(20, Math.floor(Math.random() * 2 ** 32));
  const { seed, logged } = outcome;
  expect(outcome, `seed ${seed}`).toMatchObject({ missing: 0, mangled: 0, rekeyed: 0, faults: [] });
  expect(logged).toBeGreaterThan(0);
}, 180_000);
