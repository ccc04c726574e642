import { type Proxies, type ProxyServer, proxyFor } from '../../config/proxy.js';
import type { HeaderFields } from '../../types/options.js';

/** Where a POST goes, in the parts that the HTTP client wants. */
export interface Target {
  readonly url: URL;
  /** The origin of the server that gets the POST: the endpoint, or a proxy that passes the POST on. */
  readonly origin: string;
  readonly path: string;
  /** Headers that a proxy needs. */
  readonly headers: HeaderFields;
  /** The proxy that a connection goes through. */
  readonly tunnel: ProxyServer | undefined;
  readonly isProxied: boolean;
}

/**
 * The way to a URL. Through a proxy, http: goes as a request that names the whole URL, as many proxies open no tunnel
 * to a port other than that of https:, which needs one.
 */
export function targetOf(url: URL, proxies: Proxies): Target {
  const proxy = proxyFor(url, proxies);
  if (proxy === undefined || url.protocol === 'https:') return connected(url, proxy);
  const { origin, authorization } = proxy;
  const credentials: HeaderFields = authorization ? { 'proxy-authorization': authorization } : {};
  return {
    url,
    origin,
    path: url.origin + pathOf(url),
    headers: { host: url.host, ...credentials },
    tunnel: undefined,
    isProxied: true,
  };
}

/**
 * The way to the endpoint. For http: through a proxy there are two: a request that the proxy passes on, and a tunnel, as some proxies
 * only know tunnels. Until one of the two has worked, a failure that the current one may have caused switches to the other.
 */
export class Way {
  #target: Target;
  #other: Target | undefined;

  constructor(url: URL, proxies: Proxies) {
    this.#target = targetOf(url, proxies);
    const isRequest = this.#target.isProxied && this.#target.tunnel === undefined;
    if (isRequest) this.#other = connected(url, proxyFor(url, proxies));
  }

  get target(): Target {
    return this.#target;
  }

  worked(): void {
    this.#other = undefined;
  }

  /** `byProxy`: the proxy gave no connection, which speaks against a tunnel. Otherwise no answer came, which speaks against a request. */
  failed(target: Target, byProxy: boolean): void {
    if (this.#other === undefined || target !== this.#target) return;
    const isTunnel = target.tunnel !== undefined;
    if (isTunnel === byProxy) [this.#target, this.#other] = [this.#other, target];
  }
}

const pathOf = ({ pathname, search }: URL): string => pathname + search;

const connected = (url: URL, tunnel: ProxyServer | undefined): Target => ({
  url,
  origin: url.origin,
  path: pathOf(url),
  headers: {},
  tunnel,
  isProxied: tunnel !== undefined,
});
