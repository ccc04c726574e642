import { readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.js';
import type { LifeEndpoint } from './life-endpoint.js';

/** The file of it in a life's folder. */
export const OWNER = 'owner';

/** Who has made a life's folder, and where its records go. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Where it began, in ISO 8601. */
  readonly since: string;
  /** Names this start of the machine's kernel; `undefined` where the system doesn't tell. */
  readonly boot: string | undefined;
  readonly endpoint: LifeEndpoint | undefined;
}

export function writeOwner(
  folder: string,
  clock: Pick<Clock, 'wallNow'>,
  endpoint: LifeEndpoint | undefined,
): void {
  const owner: Owner = {
    pid: process.pid,
    host: process.getBuiltinModule('node:os').hostname(),
    since: new Date(clock.wallNow()).toISOString(),
    boot: bootId(),
    endpoint,
  };
  writeFileSync(join(folder, OWNER), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
}

/** `undefined` where it is missing or damaged. */
export function readOwner(folder: string): Partial<Owner> | undefined {
  try {
    return Object(JSON.parse(readFileSync(join(folder, OWNER), 'utf8')));
  } catch {
    return undefined;
  }
}

function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Whether the kernel that is asked for the lock of a folder is the one that would know. Where machines share a network file system, each
 * of them sees the sockets of the others, and finds that nobody listens there.
 */
export function isOfThisMachine(folder: string): boolean {
  const boot = bootId();
  return boot === undefined || readOwner(folder)?.boot === boot || isOnLocalDisk(folder);
}

/** File systems that are mounted by one machine at a time: what another start of a kernel has left there is over. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs
]);

function isOnLocalDisk(folder: string): boolean {
  try {
    return LOCAL.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
