import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** Linux counts CPU time of other processes in hundredths of a second. */
const TICK_MICROS = 10_000;

/** CPU time of this process's main thread, in microseconds, user and system; `undefined` where neither Node nor the system tells. */
export function mainThreadMicros() {
  const { threadCpuUsage } = /** @type {{ threadCpuUsage?: () => NodeJS.CpuUsage }} */ (process);
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage();
    return user + system;
  }
  try {
    // In nanoseconds, where the kernel keeps it.
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return micros(`/proc/self/task/${process.pid}/stat`);
  }
}

/** CPU time of a process in microseconds, from Linux; `undefined` elsewhere. */
export const processMicrosOf = (processId) => micros(`/proc/${processId}/stat`);

function micros(path) {
  try {
    const fields = readFileSync(path, 'utf8').split(') ').at(-1).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
  } catch {
    return undefined;
  }
}

export function processMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Milliseconds that all cores together have worked and have been there, for whomever. */
function machineMillis() {
  const times = cpus().map(({ times: { user, nice, sys, irq, idle } }) => [user + nice + sys + irq, idle]);
  const busy = times.reduce((sum, [one]) => sum + one, 0);
  return { busy, all: times.reduce((sum, [, idle]) => sum + idle, busy) };
}

const MB = 1024 * 1024;

/** Starts to watch time, CPU and heap; the function that it gives back ends that and says what was used, a record. */
export function watchUsage() {
  let peakHeap = 0;
  const sample = () => {
    peakHeap = Math.max(peakHeap, getHeapStatistics().used_heap_size);
  };
  sample();
  const timer = setInterval(sample, 20).unref();
  const start = {
    time: performance.now(),
    machine: machineMillis(),
    main: mainThreadMicros(),
    all: processMicros(),
  };
  return (records) => {
    const seconds = (performance.now() - start.time) / 1000;
    const main = mainThreadMicros();
    const all = processMicros();
    const machine = machineMillis();
    const machineAll = machine.all - start.machine.all;
    const own = (all - start.all) / 1000;
    clearInterval(timer);
    sample();
    return {
      records,
      seconds,
      rate: records / seconds,
      mainMicros: main === undefined ? undefined : (main - start.main) / records,
      processMicros: (all - start.all) / records,
      peakRssMb: (process.resourceUsage().maxRSS * 1024) / MB,
      peakHeapMb: peakHeap / MB,
      /** Share of the whole machine that was at work for others. */
      othersBusy: (machine.busy - start.machine.busy - own) / machineAll,
    };
  };
}
