/**
 * `node --import otel-remote-logger/register app.js`: what the application logs through OpenTelemetry is sent, as
 * environment variables say. Nothing happens without `REMOTE_LOGGER_URL`.
 */
import { registerRemoteLogging } from './remote-logging.js';

await registerRemoteLogging();
