import { parseArgs } from 'node:util';
import { resolveLoggerConfig, whyOff } from '../../config/config.js';
import { parseEndpoint, URL_RULE } from '../../config/endpoint.js';
import { systemClock } from '../../runtime/clock.js';
import { redactUrl } from '../../runtime/redact.js';
import { DONE, INCOMPLETE, type Streams, type Subcommand } from '../subcommand.js';
import { UsageError, words } from '../usage-error.js';
import { probe } from './probe.js';
import { reportOf } from './report.js';
import { verdictOn } from './verdict.js';

const usage = `Usage: otel-remote-logger check [url]

Sends one record, marked with type otel-remote-logger.check, to the URL, or to REMOTE_LOGGER_URL, and says
what happened on the way and what to do. All other settings are those of the environment variables:
REMOTE_LOGGER_HEADERS, REMOTE_LOGGER_FORMAT, REMOTE_LOGGER_COMPRESSION, HTTPS_PROXY, NODE_EXTRA_CA_CERTS, ...
Nothing that is secret is printed. A queue on disk (REMOTE_LOGGER_SPOOL) is left alone.

  --help          shows this

Exit codes: 0 where the record was delivered, 1 where it was not, 2 for a wrong command.
`;

export const CHECK_COMMAND: Subcommand = { usage, run: (args, streams) => check(parse(args), streams) };

async function check(url: string | undefined, { stdout }: Streams): Promise<number> {
  const config = resolveLoggerConfig(url === undefined ? {} : { url });
  if (config === undefined) throw new UsageError(`nothing can be sent: ${whyOff()}`);
  const seen = await probe(config, systemClock);
  const verdict = verdictOn(seen);
  stdout.write(reportOf(seen, verdict, Date.now()));
  return verdict.isDelivered ? DONE : INCOMPLETE;
}

function parse(args: readonly string[]): string | undefined {
  const { positionals } = words(() => parseArgs({ args: [...args], options: {}, allowPositionals: true }));
  const [url, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`check takes one URL, got ${positionals.length}`);
  if (url !== undefined && parseEndpoint(url) === undefined)
    throw new UsageError(`the URL must ${URL_RULE}, got "${redactUrl(url)}"`);
  return url;
}
