import { readdirSync, readFileSync } from 'node:fs';

/** The fields of /proc/<pid>/stat behind the name; `undefined` for a process that has ended. */
export function statOf(pid: string): readonly string[] | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields;
  } catch {
    return undefined;
  }
}

/** A child that has used half a second of processor time: it is at its work by then. */
export function busyChildOf(pid: number | undefined): string {
  for (const child of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = statOf(child);
    if (stat?.[1] === String(pid) && Number(stat[11]) > 50) return child;
  }
  throw new Error('no child is busy');
}
