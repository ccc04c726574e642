'use server';

import { getRemoteLogger } from 'otel-remote-logger';

export async function vote(form: FormData): Promise<void> {
  getRemoteLogger().log({ from: 'server action', choice: form.get('choice') });
}
