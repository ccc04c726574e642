/**
 * `node --import otel-remote-logger/register app.js`, or `-r` instead of `--import`: everything that the application logs through
 * OpenTelemetry is sent, from its first line on, as environment variables say. It is delivered before SIGTERM or SIGINT ends the
 * process. Nothing happens without `REMOTE_LOGGER_URL`.
 */
import { registerFromEnvironment } from './logger/remote-logging.js';

void registerFromEnvironment();
