import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requireCollector, validate } from '../support/collector.js';

requireCollector();

const LAMBDA = 'ottl.functions.enableLambda';
const folder = new URL('../../collector-config/', import.meta.url);
const backends = readdirSync(new URL('backends/', folder)).map(
  (file) => `backends/${file.slice(0, -'.yaml'.length)}`,
);
const destinations = [...backends, 'fanout', 'kafka-ingest'];

/** As the README of collector-config/ has them. */
const combinations: (readonly string[])[] = [
  ['field-map', 'quickstart'],
  ...destinations.map((destination) => ['field-map', 'gateway', destination]),
  ...destinations.map((destination) => ['field-map', 'gateway', 'tls', destination]),
  ...backends.map((backend) => ['kafka-deliver', backend]),
];

const withAllKeys: (readonly string[])[] = [
  ['field-map', 'quickstart', 'all-keys'],
  ...destinations.map((destination) => ['field-map', 'gateway', destination, 'all-keys']),
];

const env = { TLS_CERT_FILE: '/cert.pem', TLS_KEY_FILE: '/key.pem' };

describe('the real collector accepts', () => {
  it.each(combinations)('%s + %s + %s + %s', (...files) => {
    expect(validate(files.filter(Boolean), { env })).toBe('');
  });

  it.each(withAllKeys)('with its gate: %s + %s + %s + %s', (...files) => {
    expect(validate(files.filter(Boolean), { env, featureGates: LAMBDA })).toBe('');
  });

  it('every file of the folder in at least one of these', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml') && !file.startsWith('.') && file !== 'builder-config.yaml')
      .map((file) => file.slice(0, -'.yaml'.length));
    const covered = new Set([...combinations, ...withAllKeys].flat());
    expect(files.filter((file) => !covered.has(file))).toEqual([]);
  });
});

describe('the real collector refuses', () => {
  it('a gateway without a token', () => {
    expect(validate(['field-map', 'gateway', 'backends/otlp'], { env: { REMOTE_LOGGER_TOKEN: '' } })).toMatch(
      /token/,
    );
  });

  it('all-keys.yaml without its gate', () => {
    expect(validate(['field-map', 'quickstart', 'all-keys'])).toContain(LAMBDA);
  });
});
