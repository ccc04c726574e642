import { fileURLToPath } from 'node:url';
import { pythonWithRequests, sdkFolder } from './peers.mjs';

const BUILD = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** Where each thing is that a row can need, or why it is missing. */
export async function findPlaces() {
  const build = { entry: BUILD };
  return {
    build,
    thread: (await takesThread()) ? build : { missing: 'not in this build' },
    python: await pythonWithRequests(),
    'sdk-0.223': await sdkFolder('0.223'),
    'sdk-3.1': await sdkFolder('3.1'),
  };
}

/** A build that knows the option refuses a wrong value of it, also without a URL. */
async function takesThread() {
  const { createRemoteLogger } = await import(BUILD);
  try {
    createRemoteLogger({ url: '', thread: 'perhaps' });
    return false;
  } catch {
    return true;
  }
}

/** This package with its sending in either thread, where the build can do that. */
export const variantsIn = (places) =>
  [
    { variant: 'in process', needs: 'build' },
    { variant: 'thread', needs: 'thread', thread: true },
  ].filter(({ needs }) => places[needs].missing === undefined);
