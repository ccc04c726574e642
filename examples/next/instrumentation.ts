/** Next.js calls this once a server, before it answers: from then on, what is logged through OpenTelemetry is sent too. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { registerRemoteLogging } = await import('otel-remote-logger');
  await registerRemoteLogging({ flushOnSignals: ['SIGTERM', 'SIGINT'] });
}
