import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script, with the arguments of this process, on a Node that npm's package `node` brings; gives its exit code. */
export async function runOn(version, script) {
  const args = process.argv.slice(2).filter((arg, index, all) => {
    return arg !== '--node' && all[index - 1] !== '--node' && !arg.startsWith('--node=');
  });
  const child = spawn('npm', ['exec', '--yes', `--package=node@${version}`, '--', 'node', script, ...args], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
