import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

/** An empty folder in which the packed tarball is installed, and nothing that is optional. */
export async function installPacked(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'otel-remote-logger-page-'));
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const pack = ['pack', '--ignore-scripts', '--silent', `--pack-destination=${folder}`];
  const { stdout } = await run('npm', pack, { cwd: ROOT });
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [...install, join(folder, stdout.trim().split('\n').at(-1) ?? '')], { cwd: folder });
  return folder;
}

/** The Node of a version, by npm's `node` package; '' for the one that runs. */
export async function nodeOf(version: string, folder: string): Promise<string> {
  if (version === '') return process.execPath;
  const exec = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'];
  const { stdout } = await run('npm', exec, { cwd: folder });
  return stdout.trim();
}
