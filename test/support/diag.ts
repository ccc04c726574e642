import { diag } from '@opentelemetry/api';

/** Hears what is said on diag of these levels, until `diag.disable()`. */
export function hearDiag(tell: (message: string) => unknown, levels: readonly ('error' | 'warn')[]): void {
  const none = (): void => {};
  const heard = Object.fromEntries(levels.map((level) => [level, (message: string) => void tell(message)]));
  diag.setLogger(
    { error: none, warn: none, info: none, debug: none, verbose: none, ...heard },
    { suppressOverrideMessage: true },
  );
}
