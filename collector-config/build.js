// Builds the collector of builder-config.yaml with the Collector Builder into .build/, unless what is there was built from
// the same manifest. Needs Go; the first build takes some minutes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const binary = `${folder}.build/otelcol`;
const stamp = `${folder}.build/manifest.sha256`;

const manifest = readFileSync(`${folder}builder-config.yaml`, 'utf8');
const digest = createHash('sha256').update(manifest).digest('hex');
if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
  console.log('collector: up to date');
  process.exit();
}

const builder = /cmd\/builder@v[\d.]+/.exec(manifest)?.[0];
const { error, status } = spawnSync(
  'go',
  [
    'run',
    `go.opentelemetry.io/collector/${builder}`,
    '--skip-strict-versioning',
    '--config=builder-config.yaml',
  ],
  { cwd: folder, stdio: 'inherit' },
);
if (error) {
  console.error(
    `collector: could not run Go (${error.message}). Building the collector needs Go 1.25 or newer.`,
  );
  process.exit(1);
}
if (status === 0) writeFileSync(stamp, digest);
process.exit(status ?? 1);
