/** `REMOTE_LOGGER_URL=http://127.0.0.1:9000/logs node direct.js`: what is logged is sent, up to the end of the script. */
import { getRemoteLogger } from 'otel-remote-logger';

getRemoteLogger().log({ type: 'chat', model: 'vicuna-13b', usage: { tokens: 256 } });
