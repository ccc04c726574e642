/**
 * Makes pino and bunyan log through OpenTelemetry as well. Comes before the application's own modules:
 * `node --import otel-remote-logger/register --import ./instrumentation.js app.js`
 */
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BunyanInstrumentation } from '@opentelemetry/instrumentation-bunyan';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for what is loaded by import
registerInstrumentations({ instrumentations: [new PinoInstrumentation(), new BunyanInstrumentation()] });
