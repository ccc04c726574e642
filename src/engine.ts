/**
 * What the facade needs of the rest, from the moment a logger or an exporter is on. The build makes a file of it that is loaded
 * when the first of these is called; see `build.js`.
 */

export { loadAhead } from './delivery/load-ahead.js';
export { createLoggerProvider } from './logger/logger-provider.js';
export { openLogger, openLoggerOfRecords, openProvidedLogger } from './logger/open-logger.js';
export { flushProvider } from './logger/provided.js';
export { openExports } from './otel/exports.js';
export { bridgeLoggerProviders, hasGlobalLoggerProvider, registerWithPackages } from './otel/globals.js';
export { flatten } from './record/flatten.js';
export { toFlatDict } from './record/to-dict.js';
