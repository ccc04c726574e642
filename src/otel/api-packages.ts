import type { ApiCopy, LogsApi } from './api-copies.js';

/** `@opentelemetry/api` has logs from 1.10 on. */
interface ApiPackage {
  readonly logs?: LogsApi;
}

/** The copies that this package requires itself: in a bundle they are in it, and in no list of what is loaded. */
export const requiredCopies = (): ApiCopy[] => [
  ...copyOf('@opentelemetry/api', () => require('@opentelemetry/api')),
  ...copyOf('@opentelemetry/api-logs', () => require('@opentelemetry/api-logs')),
];

/** The ES module of `@opentelemetry/api`, a copy of its own from 1.10 on; it takes a moment to load. */
export async function importedCopies(): Promise<ApiCopy[]> {
  // Jest, for one, knows no import() in CommonJS, and then no ES modules.
  const api: unknown = await import('@opentelemetry/api').catch(() => ({}));
  return copyOf('@opentelemetry/api', () => api as ApiPackage);
}

function copyOf(name: ApiCopy['package'], load: () => ApiPackage): ApiCopy[] {
  try {
    const { logs } = load();
    return logs === undefined ? [] : [{ package: name, what: 'of the bundle', logs }];
  } catch {
    return []; // @opentelemetry/api-logs may be missing on SDK 3, which does without
  }
}
