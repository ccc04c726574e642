import { parseEndpoint } from './endpoint.js';

/** A proxy: its address and the credentials that it asks for. */
export interface ProxyServer {
  readonly origin: string;
  readonly authorization: string | undefined;
}

/** Which proxy is used for which URLs. */
export interface Proxies {
  readonly http: ProxyServer | undefined;
  readonly https: ProxyServer | undefined;
  /** The hosts that are reached without a proxy. */
  readonly except: readonly Exception[];
}

interface Exception {
  /** A host, and all below it; `*` for every host. */
  readonly host: string;
  /** For a network: how many of the first bits of an address have to be equal. */
  readonly bits?: number;
  /** `0` for every port. */
  readonly port: number;
}

/** For an endpoint that is reached directly. */
export const NO_PROXIES: Proxies = { http: undefined, https: undefined, except: [] };

/** Reads a proxy's URL, `undefined` if it is none. */
export function parseProxy(text: string): ProxyServer | undefined {
  const endpoint = parseEndpoint(text);
  return endpoint && { origin: endpoint.url.origin, authorization: endpoint.authorization };
}

/** Reads the list of `NO_PROXY`: hosts, with or without a port, and networks, such as `10.0.0.0/8`, with commas or spaces between. */
export const parseExceptions = (list: string): Exception[] =>
  list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .map((entry) => {
      const [, network, bits] = /^(.*)\/(\d+)$/.exec(entry) ?? [];
      if (network !== undefined) return { host: unbracketed(network), bits: Number(bits), port: 0 };
      // An IPv6 address has colons of its own: a port is there only after its brackets.
      const [, host = entry, port = '0'] = /^(\[.*\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      return { host: nameOf(host.replace(/^\*?\./, '')), port: Number(port) };
    });

/** The proxy through which a URL is reached, if it is. */
export function proxyFor(url: URL, { http, https, except }: Proxies): ProxyServer | undefined {
  const isSecure = url.protocol === 'https:';
  const host = nameOf(url.hostname);
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const isExcepted = except.some(
    (one) =>
      (one.port === 0 || one.port === port) &&
      (one.bits === undefined
        ? one.host === '*' || one.host === host || host.endsWith(`.${one.host}`)
        : isWithin(host, one.host, one.bits)),
  );
  if (isExcepted) return undefined;
  return isSecure ? https : http;
}

/** Whether a host is an address of the network. The name of a host never is. */
function isWithin(address: string, network: string, bits: number): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net');
  const family = isIP(network);
  if (family === 0 || family !== isIP(address) || bits > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, type);
  return list.check(address, type);
}

/** A host without the dot at its end: `example.com.` is the same host as `example.com`. */
const nameOf = (host: string): string => unbracketed(host).replace(/\.$/, '');

/** A host without the brackets that a URL puts around an IPv6 address. */
export const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
