/** Delivers three records, logs two more, and ends in one of several ways. Arguments: options, way. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, way] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
for (let id = 0; id < 3; id++) logger.log({ id });
await logger.flush();
for (let id = 3; id < 5; id++) logger.log({ id });

/** @type {Record<string, () => void>} */
const ends = {
  exit: () => process.exit(7),
  'exit 0': () => process.exit(0),
  throw: () => {
    throw new Error('boom');
  },
  reject: () => {
    void Promise.reject(new Error('boom'));
  },
  // An application that survives its exceptions keeps its records.
  caught: () => {
    process.once('uncaughtException', () => console.log('caught'));
    setImmediate(() => {
      throw new Error('boom');
    });
  },
};
ends[way]?.();
