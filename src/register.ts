/**
 * `node --import otel-remote-logger/register app.js`, or `-r` in the place of `--import`: what the application logs through
 * OpenTelemetry from its first line on is sent, as environment variables say, and delivered before SIGTERM or SIGINT ends the
 * process. Nothing happens without `REMOTE_LOGGER_URL`.
 */
import { registerFromEnvironment } from './logger/remote-logging.js';

void registerFromEnvironment();
