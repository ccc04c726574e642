/**
 * `npm run demo`: a chat service logs its turns and votes to a receiver on loopback, which shows what arrives.
 * Ends by itself, with exit code 1 if anything is missing. To see it fail: `DEMO_RECEIVER_LOSES=1 npm run demo`,
 * and the receiver answers 404 to so many of the first records. With `-- --page`, the same records are on a page, until Ctrl-C.
 */

import { getRemoteLogger } from 'otel-remote-logger';
import { startChatService } from './chat-service/server.js';
import { accountOf, compare } from './demo/account.js';
import { drive } from './demo/drive.js';
import { startPage } from './demo/page.js';
import { startReceiver } from './demo/receiver.js';
import { showAccount, showPage, showRecord, showResult, showStep } from './demo/show.js';

/** @import { DeadlineOptions, RemoteLogger } from 'otel-remote-logger' */
/** @import { Expected } from './demo/client.js' */
/** @import { Received } from './demo/receiver.js' */

/** @type {Received[]} */
const received = [];
const { DEMO_RECEIVER_LOSES = '0' } = process.env;
const receiver = await startReceiver((one) => {
  received.push(one);
  showRecord(received.length, one);
}, Number(DEMO_RECEIVER_LOSES));
setEnvironment(receiver.url);

const logger = countingCalls(getRemoteLogger());
const service = await startChatService({ logger });

/** @type {Expected[]} */
const made = [];
/** @type {string[]} */
const problems = [];
try {
  for await (const { did, expected } of drive(service.url)) {
    showStep(did);
    if (expected !== undefined) made.push(expected);
    // Records go out in the background, up to a second later. Here, each is shown right below what it comes of.
    await logger.flush();
  }
} catch (error) {
  problems.push(`the client stopped: ${error}`);
}

const stats = await service.close();
receiver.close();

const counts = { expected: made.length, calls: logger.calls, received: received.length };
const { account, differences } = accountOf(counts, stats);
const { arrived, faults } = compare(made, received);
problems.push(...faults, ...differences);
showAccount(account);
showResult(arrived, made.length, problems);
process.exitCode = problems.length === 0 ? 0 : 1;

const page = process.argv.includes('--page') ? await startPage() : undefined;
for (const { record } of received) await page?.send(record);
showPage(page?.url);
await page?.untilEnded();

/**
 * The logger reads its settings at the first call. Those that a shell has for other programs would change what the demo
 * shows, and a proxy would not find the way to loopback.
 * @param {string} url
 */
function setEnvironment(url) {
  const others = Object.keys(process.env).filter((name) => /^(OTEL|REMOTE_LOGGER)_/.test(name));
  for (const name of others) delete process.env[name];
  Object.assign(process.env, { REMOTE_LOGGER_URL: url, NO_PROXY: '127.0.0.1' });
}

/**
 * Counts apart from the logger, to have something to hold its account against.
 * @param {RemoteLogger} logger
 */
function countingCalls(logger) {
  return {
    calls: 0,
    /** @param {object} data */
    log(data) {
      this.calls++;
      logger.log(data);
    },
    flush: () => logger.flush(),
    /** @param {DeadlineOptions} [options] */
    shutdown: (options) => logger.shutdown(options),
  };
}
