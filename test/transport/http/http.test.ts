import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NO_PROXIES } from '../../../src/config/proxy.js';
import { withAttempts } from '../../../src/transport/attempts.js';
import { createHttpCarrier } from '../../../src/transport/http/http.js';
import type { SendResult } from '../../../src/types/send-result.js';
import { FakeClock, turn } from '../../support/fake-clock.js';
import { payload } from '../../support/fake-transport.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a POST', () => {
  it('whose headers never come lets go of its payload at its time limit', async () => {
    const clock = new FakeClock();
    const config = {
      endpoint: { url: new URL('http://127.0.0.1:9/') },
      concurrency: 1,
      maxConnectionAgeMillis: 1000,
      dispatcher: undefined,
      proxies: NO_PROXIES,
    };
    // As a promise of an application does that is never settled, and that all POSTs wait for.
    const waiting: unknown[] = [];
    const carrier = createHttpCarrier(config, (take) => void waiting.push(take), clock);
    const transport = withAttempts(carrier, 1000, () => {}, clock);
    const results: SendResult[] = [];
    const send = (): WeakRef<object> => {
      const sent = payload({ body: 'x' });
      transport.send(sent, (result) =>
        results.push({ ...result, cause: `${result.outcome} of ${sent.body.length}` } as SendResult),
      );
      return new WeakRef(sent);
    };
    const sent = send();
    await clock.advance(1000);
    expect(results).toMatchObject([{ outcome: 'retry', cause: 'retry of 1' }]);
    await turn();
    collectGarbage();
    expect(waiting).toHaveLength(1);
    expect(sent.deref()).toBe(undefined);
    await transport.close();
  });
});
