import { SeverityNumber } from '@opentelemetry/api-logs';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { severityOfName, severityOfPino } from '../../src/loggers/severity.js';

describe('the severity number of a level', () => {
  it.each([
    ['trace', SeverityNumber.TRACE],
    ['debug', SeverityNumber.DEBUG],
    ['info', SeverityNumber.INFO],
    ['warn', SeverityNumber.WARN],
    ['error', SeverityNumber.ERROR],
    ['fatal', SeverityNumber.FATAL],
    ['INFO', SeverityNumber.INFO],
    ['silly', SeverityNumber.TRACE],
    ['verbose', SeverityNumber.DEBUG2],
    ['http', SeverityNumber.DEBUG3],
    ['notice', SeverityNumber.INFO2],
    ['warning', SeverityNumber.WARN],
    ['crit', SeverityNumber.FATAL],
    ['alert', SeverityNumber.FATAL2],
    ['emerg', SeverityNumber.FATAL3],
    ['audit', undefined],
    ['constructor', undefined],
  ])('%s is %s', (name, number) => {
    expect(severityOfName(name)).toBe(number);
  });

  it.each(Object.entries(winston.config).filter(([, { levels }]) => levels))(
    'is known of all levels that winston has itself: %s',
    (_, { levels }) => {
      for (const name of Object.keys(levels)) expect(severityOfName(name), name).toBeTypeOf('number');
    },
  );

  it.each([
    [10, SeverityNumber.TRACE],
    [20, SeverityNumber.DEBUG],
    [30, SeverityNumber.INFO],
    [40, SeverityNumber.WARN],
    [50, SeverityNumber.ERROR],
    [60, SeverityNumber.FATAL],
    [0, SeverityNumber.TRACE2],
    [11, SeverityNumber.TRACE2],
    [25, SeverityNumber.DEBUG3],
    [35, SeverityNumber.INFO3],
    [45, SeverityNumber.WARN3],
    [59, SeverityNumber.ERROR4],
    [69, SeverityNumber.FATAL4],
    [1000, SeverityNumber.FATAL4],
  ])('of pino, %i is %s', (level, number) => {
    expect(severityOfPino(level)).toBe(number);
  });
});
