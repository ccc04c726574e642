/**
 * The `openai` client reports its calls as OpenTelemetry events, which are sent as flat records. Comes before the application:
 * `node --import otel-remote-logger/register --import ./instrumentation.js instrumented.js`
 */
import { register } from 'node:module';
import { trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { TracerProvider } from '@opentelemetry/sdk-trace';

trace.setGlobalTracerProvider(new TracerProvider()); // sends no spans, but gives the events of a call the same trace id
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for what is loaded by import
// Or OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true. Without it, events have no content.
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })] });
