import { redactUrl } from '../runtime/redact.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { HeaderFields, RemoteLogRecordExporterOptions } from '../types/options.js';
import { type Endpoint, isOtlpPath, parseEndpoint, URL_RULE } from './endpoint.js';
import { copyOf, faultOfHeaders, parseHeaderList } from './headers.js';
import type { Env } from './pick.js';
import { type Proxies, parseExceptions, parseProxy } from './proxy.js';
import { show, wrongOption } from './rules.js';

export type HeaderSource = HeaderFields | (() => HeaderFields | Promise<HeaderFields>);

/** Where to send, `undefined` for nowhere. An empty URL is no URL, as option and as variable. */
export function resolveEndpoint(
  option: RemoteLogRecordExporterOptions['url'],
  env: Env,
): Endpoint | undefined {
  const fromEnv = option === undefined;
  const value = fromEnv ? env['REMOTE_LOGGER_URL']?.trim() : option;
  if (value === undefined || value === '') return undefined;
  const endpoint = parseEndpoint(value);
  if (endpoint === undefined) {
    const shown =
      typeof value === 'string' || (value as unknown) instanceof URL ? redactUrl(String(value)) : value;
    if (!fromEnv) throw wrongOption('url', { must: URL_RULE, shows: true }, shown);
    warnOfSettings(`REMOTE_LOGGER_URL must ${URL_RULE}, got ${show(shown)}; nothing will be sent`, 'error');
  } else if (isOtlpPath(endpoint.url)) {
    warnOfSettings(
      `the URL ${redactUrl(endpoint.url.href)} ends in /v1/logs: OTLP receivers answer 200 to flat JSON and lose it, ` +
        'and it counts as delivered; use an endpoint that takes plain JSON',
    );
  }
  return endpoint;
}

export function resolveHeaders(option: HeaderSource | undefined, env: Env): HeaderSource {
  if (typeof option === 'function') return option;
  if (option !== undefined) {
    const headers = copyOf(option);
    const fault = faultOfHeaders(headers);
    if (fault !== undefined) throw new TypeError(`otel-remote-logger: option "headers" ${fault}`);
    return headers as HeaderFields;
  }
  const { headers, faults } = parseHeaderList(env['REMOTE_LOGGER_HEADERS'] ?? '');
  if (faults > 0) {
    warnOfSettings(
      `REMOTE_LOGGER_HEADERS must be key=value pairs with commas between, such as "authorization=Bearer%20TOKEN"; ` +
        `sending without ${faults} that ${faults === 1 ? 'is not' : 'are not'}`,
    );
  }
  return headers;
}

/** Reads the variables that curl and most other programs read. Without a proxy of its own, https: uses the one of http:. */
export function resolveProxies(env: Env): Proxies {
  const read = (name: string): string => (env[name] ?? env[name.toUpperCase()] ?? '').trim();
  const http = read('http_proxy');
  const https = read('https_proxy') || http;
  const proxies = {
    http: parseProxy(http),
    https: parseProxy(https),
    except: parseExceptions(read('no_proxy')),
  };
  if ((http && !proxies.http) || (https && !proxies.https)) {
    warnOfSettings(
      'HTTP_PROXY and HTTPS_PROXY must be absolute http: or https: URLs; connecting directly',
      'error',
    );
  }
  return proxies;
}
