/** A callback that throws, and how the process hears of it. */
import { withFlush } from 'otel-remote-logger';

process.on('uncaughtException', (error, origin) => console.log(origin, error.message));
const handler = withFlush((/** @type {() => void} */ callback) => callback());
handler(() => {
  throw new Error('mine');
});
