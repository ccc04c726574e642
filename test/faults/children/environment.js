/** As a script of an application: set up by its environment alone. */
import { getRemoteLogger } from 'otel-remote-logger';

for (let id = 0; id < 5; id++) getRemoteLogger().log({ id });
