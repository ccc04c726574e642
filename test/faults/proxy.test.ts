import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type DeliveryStats, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { ProxyServer } from '../support/proxy.js';
import { Receiver } from '../support/receiver.js';

const CREDENTIALS = `Basic ${Buffer.from('user:proxypass').toString('base64')}`;

async function send(options: RemoteLoggerOptions, count = 1): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ ...FAST, ...options });
  for (let id = 0; id < count; id++) logger.log({ id });
  return logger.shutdown();
}

function useProxy(url: string, except = ''): void {
  vi.stubEnv('HTTP_PROXY', url);
  vi.stubEnv('HTTPS_PROXY', '');
  vi.stubEnv('NO_PROXY', except);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('through a proxy', () => {
  it('http: is a request that the proxy passes on, with its credentials, over connections that are kept', async () => {
    await using receiver = await Receiver.start();
    await using proxy = await ProxyServer.start();
    useProxy(proxy.url);
    expect(await send({ url: `${receiver.url}?a=1`, concurrency: 2 }, 20)).toEqual(allDelivered(20));
    expect(proxy.asked).toEqual(Array(20).fill(['POST', `${receiver.url}?a=1`, CREDENTIALS]));
    expect(receiver.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${receiver.port}` });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(receiver.requests[0]?.path).toBe('/logs?a=1');
  });

  it('http: takes a tunnel where the proxy answers to nothing else', async () => {
    await using receiver = await Receiver.start();
    await using proxy = await ProxyServer.start();
    proxy.onRequest = () => {}; // and so it says nothing
    useProxy(proxy.url);
    expect(await send({ url: receiver.url, timeoutMillis: 200 }, 20)).toEqual(allDelivered(20));
    expect(proxy.asked.slice(-1)).toEqual([['CONNECT', `127.0.0.1:${receiver.port}`, CREDENTIALS]]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('a host of NO_PROXY is reached without it', async () => {
    await using receiver = await Receiver.start();
    useProxy('http://127.0.0.1:1', '127.0.0.1');
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
  });

  it('whose variable is no URL nothing goes, but straight, and diag is told', async () => {
    await using receiver = await Receiver.start();
    useProxy('127.0.0.1:1');
    const error = vi.fn();
    diag.setLogger({ error, warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() });
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
    diag.disable();
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining('HTTP_PROXY and HTTPS_PROXY must be absolute'),
    );
  });
});
