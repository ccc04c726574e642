import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { Receiver } from '../support/receiver.js';

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Instance: new (...args: unknown[]) => object };
};
const { Instance } = WebAssembly;
let loaded = 0;

class Counted extends Instance {
  constructor(...args: unknown[]) {
    super(...args);
    loaded++;
  }
}

describe('what undici loads at its first connection', () => {
  afterEach(() => {
    WebAssembly.Instance = Instance;
    vi.unstubAllEnvs();
  });

  it('is loaded with the rest under Jest, which lets nothing be loaded once a suite has ended', async () => {
    await using receiver = await Receiver.start();
    WebAssembly.Instance = Counted;
    vi.stubEnv('JEST_WORKER_ID', '1');
    const logger = createRemoteLogger({ url: receiver.url, batch: { scheduledDelayMillis: 3_600_000 } });
    logger.log({ a: 1 });
    await vi.waitFor(() => expect(loaded).toBe(1), { timeout: 30_000 });
    expect(receiver.connections).toBe(0);
    const { delivered } = await logger.shutdown();
    expect([delivered, loaded, receiver.connections]).toEqual([1, 1, 1]);
  });
});
