import { connect, type PeerCertificate } from 'node:tls';
import { clearTimeout, setTimeout } from '../../runtime/timers.js';

export interface Certificate {
  /** The host names that it is for. */
  readonly names: string;
  readonly issuer: string;
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** What a certificate says, `undefined` where there is none. */
export function certificateOf(peer: Partial<PeerCertificate> | undefined): Certificate | undefined {
  if (peer?.valid_to === undefined) return undefined;
  const named = [...(peer.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)];
  const names = named.map(([, name]) => name).join(', ') || first(peer.subject?.CN);
  return {
    names: names || 'no host name',
    issuer: first(peer.issuer?.CN) || first(peer.issuer?.O) || 'nobody',
    from: Date.parse(peer.valid_from ?? ''),
    until: Date.parse(peer.valid_to),
  };
}

const first = (name: string | readonly string[] | undefined): string =>
  (typeof name === 'string' ? name : name?.[0]) ?? '';

/** So long a server may take to show its certificate. */
const SHOW_MILLIS = 3000;

/** The certificate that a server shows, trusted or not. Nothing is sent but the handshake; `undefined` where it shows none. */
export function readCertificate(host: string, port: number): Promise<Certificate | undefined> {
  return new Promise((resolve) => {
    // Only for the words about it: what was refused stays refused.
    const options = {
      host,
      port,
      rejectUnauthorized: false,
      ...(/[a-z]$/i.test(host) ? { servername: host } : {}),
    };
    const socket = connect(options, () => {
      const certificate = certificateOf(socket.getPeerCertificate());
      socket.destroy();
      resolve(certificate);
    });
    const giveUp = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.on('error', giveUp);
    const limit = setTimeout(giveUp, SHOW_MILLIS);
    socket.on('close', () => clearTimeout(limit));
  });
}
