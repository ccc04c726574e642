import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFailed, vi } from 'vitest';

/** The fields of /proc/<pid>/stat behind the name; `undefined` for a process that has ended. */
function statOf(pid: string): readonly string[] | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields;
  } catch {
    return undefined;
  }
}

/** A child that has used half a second of processor time: it is at its work by then. */
function busyChildOf(pid: number | undefined): string {
  for (const child of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = statOf(child);
    if (stat?.[1] === String(pid) && Number(stat[11]) > 50) return child;
  }
  throw new Error('no child is busy');
}

/** Kills a process that asks when the one that answers for it is at its work, and expects that one to end, too. */
export async function expectToEndWith(asking: ChildProcess): Promise<void> {
  const answering = await vi.waitFor(() => busyChildOf(asking.pid), { timeout: 30_000, interval: 50 });
  asking.kill('SIGKILL');
  await once(asking, 'exit');
  onTestFailed(() => {
    process.kill(Number(answering), 'SIGKILL');
  });
  await vi.waitFor(() => expect(statOf(answering)).toBeUndefined(), { timeout: 10_000, interval: 50 });
}
