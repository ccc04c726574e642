import { logs } from '@opentelemetry/api-logs';
import { getRemoteLogger } from 'otel-remote-logger';
import { vote } from './vote';

export const dynamic = 'force-dynamic';

export default function Page() {
  getRemoteLogger().log({ from: 'page', usage: { tokens: 256 } });
  logs.getLogger('page').emit({ body: 'page rendered' });
  return (
    <form action={vote}>
      <button type="submit" name="choice" value="left">
        Left is better
      </button>
    </form>
  );
}
