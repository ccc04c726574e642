// Copies the jars of pom.xml with Maven into .jars/, unless those that are there come from the same file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Where the jars are. */
export const JARS = `${folder}.jars`;

/** Throws an error that says what is missing. */
export function installKafka() {
  const stamp = `${JARS}/pom.sha256`;
  const digest = createHash('sha256')
    .update(readFileSync(`${folder}pom.xml`))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  rmSync(JARS, { recursive: true, force: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${JARS}`];
  const { error, status, stdout } = spawnSync('mvn', ['-q', '-B', ...goal], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error) {
    throw new Error(
      `kafka: could not run Maven (${error.message}). The broker's jars need Maven 3 and Java 17 or newer.`,
    );
  }
  if (status !== 0) throw new Error(`kafka: Maven could not get the broker's jars:\n${stdout}`);
  writeFileSync(stamp, digest);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installKafka();
    console.log('kafka: up to date');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
