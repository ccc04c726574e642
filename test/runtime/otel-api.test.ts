import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logToDiag } from '../../src/runtime/otel-api.js';

describe('what the logger has to logToDiag', () => {
  afterEach(() => diag.disable());

  it('goes to the diag of the application', () => {
    const warn = vi.fn();
    diag.setLogger({ error: vi.fn(), warn, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() });
    logToDiag('warn', 'this');
    expect(warn).toHaveBeenCalledWith('otel-remote-logger: this');
  });

  it('harms nobody without a diag, or with one that throws', () => {
    expect(() => logToDiag('error', 'this')).not.toThrow();
    const fail = (): never => {
      throw new Error('not mine');
    };
    diag.setLogger({ error: fail, warn: fail, info: fail, debug: fail, verbose: fail });
    expect(() => logToDiag('error', 'this')).not.toThrow();
  });
});
