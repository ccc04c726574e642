import type { HrTime, SpanContext } from '@opentelemetry/api';

/** What a logger of the application has logged, in the words of OpenTelemetry. */
export interface Logged {
  readonly body: unknown;
  readonly attributes: object;
  /** When it was logged; `undefined` for now. */
  readonly hrTime: HrTime | undefined;
  readonly severityText: string | undefined;
  readonly severityNumber: number | undefined;
  readonly spanContext?: SpanContext | undefined;
}
