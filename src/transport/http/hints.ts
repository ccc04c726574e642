const UNKNOWN_ISSUER =
  'its certificate is signed by an authority that is unknown here: start with NODE_EXTRA_CA_CERTS=/path/to/ca.pem, or give a dispatcher that has the CA';
const SPEAKS_PLAIN = 'it does not speak TLS there: if it speaks plain HTTP, the URL begins with http:';
const SPEAKS_TLS = 'if it speaks TLS, the URL begins with https:';
const CLOSES_ON_HTTP = `it closes connections without an answer: ${SPEAKS_TLS}`;
const WANTS_CERTIFICATE = 'it wants a client certificate: give a dispatcher that has one';
const OTHER_TLS = 'it shares no version or cipher of TLS with this process';

/** What a failed connection most probably means, and what to do about it, by its code. */
const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at that host and port',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name could not be looked up just now',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'there is no route to that network',
  ETIMEDOUT: 'nobody answers at that host and port',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answers at that host and port',
  'proxy: ECONNREFUSED': 'nothing listens at the host and port of HTTP_PROXY or HTTPS_PROXY',
  'proxy: ENOTFOUND': 'there is no such host name as that of HTTP_PROXY or HTTPS_PROXY',
  'proxy: HTTP 407': 'it wants credentials, before the @ of HTTP_PROXY or HTTPS_PROXY',
  timeout: 'the answer was not complete within timeoutMillis',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too long',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  CERT_UNTRUSTED: UNKNOWN_ISSUER,
  CERT_HAS_EXPIRED: 'its certificate has expired, or the clock here is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or the clock here is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for other host names',
  ERR_SSL_WRONG_VERSION_NUMBER: SPEAKS_PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: SPEAKS_PLAIN,
  ERR_SSL_HTTP_REQUEST: SPEAKS_PLAIN,
  ERR_SSL_UNKNOWN_PROTOCOL: SPEAKS_PLAIN,
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'it does not know that host name',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OTHER_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OTHER_TLS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: `${OTHER_TLS}, or ${WANTS_CERTIFICATE}`,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_CERTIFICATE,
};

const NO_HTTP = 'its answer is not HTTP/1.1';

/** What else to say where the endpoint has never answered, by the protocol of its URL. */
const UNKNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http:': {
    ECONNRESET: CLOSES_ON_HTTP,
    EPIPE: CLOSES_ON_HTTP,
    UND_ERR_SOCKET: CLOSES_ON_HTTP,
  },
  'https:': {
    ECONNRESET:
      'it ends connections before TLS is agreed on: it may speak plain HTTP, or know no such host name',
    UND_ERR_SOCKET:
      'it closes connections without an answer: it may want a client certificate, which a dispatcher can have',
  },
};

/** What to say of a failure beside its code, `undefined` if there is nothing. `isKnown`: the endpoint has answered before. */
export function hintOf(failure: string, protocol: string, isKnown: boolean): string | undefined {
  // undici's parser gives a code for what it could not parse, or none.
  if (/^(HPE_|HTTPParserError$)/.test(failure))
    return protocol === 'http:' ? `${NO_HTTP}: ${SPEAKS_TLS}` : NO_HTTP;
  return HINTS[failure] ?? (isKnown ? undefined : UNKNOWN[protocol]?.[failure]);
}
