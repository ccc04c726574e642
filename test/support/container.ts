import { spawnSync } from 'node:child_process';

/** Starts the command behind it as a container's first process: as pid 1, with a network of its own, on the same host name as all others. */
export const CONTAINER: readonly string[] = [
  'unshare',
  '--user',
  '--map-root-user',
  '--pid',
  '--fork',
  '--net',
  '--kill-child=KILL',
];

/** Whether this machine lets us have some. */
export const hasContainers = spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0;
