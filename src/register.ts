/**
 * `node --import otel-remote-logger/register app.js`: what the application logs through OpenTelemetry is sent, as
 * environment variables say, and delivered before SIGTERM or SIGINT ends the process. Nothing happens without `REMOTE_LOGGER_URL`.
 */
import { registerFromEnvironment } from './remote-logging.js';

await registerFromEnvironment();
