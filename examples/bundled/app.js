import { getRemoteLogger } from 'otel-remote-logger';

getRemoteLogger().log({ type: 'chat', model: 'vicuna-13b', usage: { tokens: 256 } });
