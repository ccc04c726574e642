import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LoggerConfig } from '../../config/config.js';
import { proxyFor, unbracketed } from '../../config/proxy.js';
import { metadataAdder } from '../../logger/add-own-metadata.js';
import { encodeRecord } from '../../record/encode-record.js';
import type { Clock } from '../../runtime/clock.js';
import { codeOf } from '../../runtime/foreign.js';
import { monotonicNow } from '../../runtime/timers.js';
import { randomUuid } from '../../runtime/uuid.js';
import { VERSION } from '../../runtime/version.js';
import { bodyOf, contentTypeOf } from '../../sender/format.js';
import { withAttempts } from '../../transport/attempts.js';
import { withGzip } from '../../transport/compress.js';
import { createHttpCarrier } from '../../transport/http/http.js';
import { configuredHeaders } from '../../transport/http/request-headers.js';
import { secretsOf } from '../../transport/http/secrets.js';
import type { Payload } from '../../transport/transport.js';
import type { FlatDict } from '../../types/json.js';
import type { HeaderFields } from '../../types/options.js';
import type { SendResult } from '../../types/send-result.js';
import { readCertificate } from './certificate.js';
import { Watch, type Watched } from './watch.js';

/** The `type` of the record that is sent. */
export const MARK = 'otel-remote-logger.check';

/** How the name of a host was looked up. */
interface LookedUp {
  readonly host: string;
  readonly addresses: readonly string[];
  readonly millis: number;
  /** Why there is no address. */
  readonly code?: string;
}

/** All that was seen of one record on its way. */
export interface Seen extends Watched {
  readonly url: URL;
  readonly config: LoggerConfig;
  /** `undefined` for an address, and where a proxy looks it up. */
  readonly lookedUp: LookedUp | undefined;
  /** The origin of the proxy on the way. */
  readonly proxy: string | undefined;
  readonly headers: HeaderFields;
  readonly result: SendResult;
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
}

/** Sends one marked record, as a logger with these settings would, in one attempt. */
export async function probe(config: LoggerConfig, clock: Clock): Promise<Seen> {
  const { url } = config.endpoint;
  const proxy = proxyFor(url, config.proxies);
  const lookedUp = proxy === undefined ? await lookUpHost(unbracketed(url.hostname)) : undefined;
  const headers = await headersOf(config);
  const payload = payloadOf(config, clock);
  const watch = new Watch(payload.idempotencyKey);
  const result = await post(config, payload, watch, clock);
  const { connections, exchanges } = watch;
  const isUnseen = url.protocol === 'https:' && proxy === undefined && exchanges.length === 0;
  const certificate = isUnseen ? await readCertificate(unbracketed(url.hostname), portOf(url)) : undefined;
  const secrets = secretsOf([url], { ...headers, 'proxy-authorization': proxy?.authorization });
  return {
    url,
    config,
    lookedUp,
    proxy: proxy?.origin,
    headers,
    result,
    secrets,
    exchanges,
    connections: connections.map((one) => (certificate === undefined ? one : { ...one, certificate })),
  };
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

async function lookUpHost(host: string): Promise<LookedUp | undefined> {
  if (isIP(host) !== 0) return undefined;
  const since = monotonicNow();
  try {
    const found = await lookup(host, { all: true });
    return { host, addresses: found.map(({ address }) => address), millis: monotonicNow() - since };
  } catch (error) {
    return { host, addresses: [], millis: monotonicNow() - since, code: codeOf(error) };
  }
}

const headersOf = (config: LoggerConfig): Promise<HeaderFields> =>
  new Promise((resolve) =>
    configuredHeaders(config)((headers) => resolve(typeof headers === 'string' ? {} : headers)),
  );

function payloadOf(config: LoggerConfig, clock: Clock): Payload {
  const { format, metadata } = config;
  const id = randomUuid();
  const data: FlatDict = {
    type: MARK,
    id,
    sent_at: new Date(clock.wallNow()).toISOString(),
    version: VERSION,
  };
  const whole = metadata ? metadataAdder(config, clock)(data, 1) : data;
  const record = encodeRecord(typeof whole === 'string' ? data : whole);
  const body = bodyOf(Buffer.from(record), format);
  return {
    contentType: contentTypeOf(format),
    idempotencyKey: id,
    isDivisible: false,
    since: clock.now(),
    deadline: Number.POSITIVE_INFINITY,
    body,
    bodyBytes: body.length,
  };
}

/** The way of a payload of the logger, without the retries. */
async function post(config: LoggerConfig, payload: Payload, watch: Watch, clock: Clock): Promise<SendResult> {
  const carrier = createHttpCarrier(config, configuredHeaders(config), clock);
  // Not before: the client's parser is loaded by a connection that fails.
  watch.start();
  const attempts = withAttempts(carrier, config.timeoutMillis, () => {}, clock);
  const transport = config.compression === 'gzip' ? withGzip(attempts) : attempts;
  // Nothing of the transport holds the process.
  const hold = clock.setPause(() => {}, 3 * config.timeoutMillis, true);
  const send = (): Promise<SendResult> => new Promise((resolve) => transport.send(payload, resolve));
  try {
    const result = await send();
    const isUnanswered = result.outcome === 'retry' && result.status === undefined;
    // Through a proxy, the next try of http: takes a tunnel.
    const hasOtherWay = proxyFor(config.endpoint.url, config.proxies) !== undefined && isUnanswered;
    return hasOtherWay && config.endpoint.url.protocol === 'http:' ? await send() : result;
  } finally {
    watch.stop();
    hold.cancel();
    await transport.close();
  }
}
