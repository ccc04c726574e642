/**
 * Next.js calls this once a server, before it answers: from then on, what is logged through OpenTelemetry is sent too. It also
 * compiles this file for the edge runtime, where the package can't run; this very condition keeps it out of there.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { getRemoteLogger, registerRemoteLogging } = await import('otel-remote-logger');
    await registerRemoteLogging({ flushOnSignals: ['SIGTERM', 'SIGINT'] });
    getRemoteLogger().log({ from: 'instrumentation' });
  }
}
