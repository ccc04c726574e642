// Said by `npm test`: its tests are not all that there are, and where Go is missing the others can't run.
import { spawnSync } from 'node:child_process';

if (spawnSync('go', ['version']).error) {
  console.log(
    'The collector checks were not run, for there is no Go here: install it and run `npm run test:collector`.',
  );
}
