import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger } from '../../src/index.js';
import { turn } from '../support/fake-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const CHILDREN = 100_000;
/** A child that stayed would take far more. */
const MOST_BYTES_PER_CHILD = 20;

/** Makes children of children, logs to them, and drops them. */
function useChildren(logger: RemoteLogger, count: number): WeakRef<object>[] {
  const refs: WeakRef<object>[] = [];
  for (let id = 0; id < count; id += 2) {
    const fields = { request_id: id, tags: ['a'] };
    const ask = (): object => ({ step: id });
    const child = logger.child(fields);
    const grandchild = child.child(ask);
    if (id % 10 === 0) grandchild.log({ id });
    refs.push(...[fields, ask, child, grandchild].map((object) => new WeakRef(object)));
  }
  return refs;
}

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 2; round++) {
    await turn(); // what a WeakRef has given stays until the end of the turn
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

it('a hundred thousand children that were made and dropped leave nothing behind', async () => {
  let emitted = 0;
  const emit = (): void => void emitted++;
  const logger = createRemoteLogger({
    loggerProvider: { getLogger: () => ({ emit, enabled: () => true }) },
    fields: { host: 'a' },
  });
  useChildren(logger, 1000); // what is made once is there from then on
  const before = await heapBytes();
  let refs = useChildren(logger, CHILDREN);
  expect(emitted).toBe((CHILDREN + 1000) / 10);
  await heapBytes();
  expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
  refs = [];
  expect((await heapBytes()) - before).toBeLessThan(CHILDREN * MOST_BYTES_PER_CHILD);
  await logger.shutdown();
});
