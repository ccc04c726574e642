import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { SPAN_EXAMPLES, spanOf } from '../span.js';
import { UsageError, words } from '../usage-error.js';

/** What `listen` was asked for. */
export interface ListenOptions {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly isSynced: boolean;
  readonly maxFileBytes: number;
  /** Of all files with records; `undefined` for no limit. */
  readonly maxBytes: number | undefined;
  /** Older files are removed; `undefined` for none. */
  readonly retentionMillis: number | undefined;
  readonly maxBodyBytes: number;
  readonly maxKeys: number;
  readonly isTailing: boolean;
}

const OPTIONS = {
  dir: { type: 'string', default: './remote-logger-records' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8088' },
  token: { type: 'string' },
  sync: { type: 'string', default: 'group' },
  'max-file-bytes': { type: 'string', default: '256MiB' },
  'max-bytes': { type: 'string' },
  retention: { type: 'string' },
  'max-body-bytes': { type: 'string', default: '64MiB' },
  'max-keys': { type: 'string', default: '4000000' },
  tail: { type: 'boolean', default: false },
} as const;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Reads the words of the command. `variableToken`: that of the environment, which other users of the machine can't see. */
export function listenOptions(args: readonly string[], variableToken: string | undefined): ListenOptions {
  const { values } = words(() => parseArgs({ args: [...args], options: OPTIONS }));
  const token = values.token ?? variableToken;
  if (token !== undefined && !/^[\x21-\x7e]{8,}$/.test(token))
    throw new UsageError('--token must have at least 8 characters, of ASCII and without spaces');
  checkHost(values.host, token);
  return {
    directory: notEmpty('dir', values.dir),
    host: values.host,
    port: integer('port', values.port, 0, 65_535),
    token,
    isSynced: oneOf('sync', values.sync, ['group', 'never']) === 'group',
    maxFileBytes: bytes('max-file-bytes', values['max-file-bytes']),
    maxBytes: values['max-bytes'] === undefined ? undefined : bytes('max-bytes', values['max-bytes']),
    retentionMillis: values.retention === undefined ? undefined : span('retention', values.retention),
    maxBodyBytes: bytes('max-body-bytes', values['max-body-bytes']),
    maxKeys: integer('max-keys', values['max-keys'], 1, 100_000_000),
    isTailing: values.tail,
  };
}

/** What others on the network can reach asks for a token. */
function checkHost(host: string, token: string | undefined): void {
  notEmpty('host', host);
  const isLoopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (!isLoopback && token === undefined)
    throw new UsageError(
      `--host ${host} can be reached by others, so a token is needed: REMOTE_LOGGER_LISTEN_TOKEN, or --token`,
    );
}

function notEmpty(name: string, text: string): string {
  if (text === '' || text.includes('\0')) throw new UsageError(`--${name} must not be empty`);
  return text;
}

function oneOf(name: string, text: string, all: readonly string[]): string {
  if (!all.includes(text)) throw new UsageError(`--${name} must be one of ${all.join(', ')}, got "${text}"`);
  return text;
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} must be an integer from ${min} to ${max}, got "${text}"`);
  return value;
}

function bytes(name: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(|[KMGT]iB)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? 0);
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${name} must be a number of bytes such as 1048576, 64MiB or 10GiB, got "${text}"`);
}

function span(name: string, text: string): number {
  const value = spanOf(text) ?? 0;
  if (value > 0) return value;
  throw new UsageError(`--${name} must be a time such as ${SPAN_EXAMPLES}, got "${text}"`);
}
