/**
 * Makes lives, or takes over those of the dead, and lives on. Arguments: what to do; the file of src/spool/life.ts, in one; the directory;
 * a number, of what there is to be done.
 */
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [what, file, directory, count] = process.argv.slice(2).map((arg) => JSON.parse(arg));
/** @type {typeof import('../../../src/spool/life.js')} */
const { openLife, takeOverDead } = createRequire(import.meta.url)(file);
const clock = { wallNow: Date.now };

const say = (/** @type {string} */ word, /** @type {unknown} */ value) =>
  fs.writeSync(1, `${word} ${JSON.stringify(value)}\n`);

const liveOn = () => pause(60_000);

/** With a segment in each. */
function makeLives() {
  const lives = Array.from({ length: count }, () => openLife(directory, clock));
  for (const { path } of lives) fs.writeFileSync(`${path}/00000001.log`, 'a record\n');
  say(
    'made',
    lives.map(({ id }) => id),
  );
}

/** At the word of whoever has started it, so that several do it at the same moment. */
async function takeOver() {
  say('ready', process.pid);
  await new Promise((resolve) => process.stdin.on('end', resolve).resume());
  const own = openLife(directory, clock);
  const taken = await takeOverDead(directory, own);
  say(
    'took',
    taken.map(({ id }) => id),
  );
}

const deeds = {
  async 'make and end'() {
    makeLives();
  },

  async make() {
    makeLives();
    await liveOn();
  },

  async 'make beside a child'() {
    makeLives();
    say('child', spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' }).pid);
    await liveOn();
  },

  async 'make in a cluster'() {
    if (cluster.isWorker) makeLives();
    else {
      const worker = cluster.fork();
      worker.on('online', () => say('child', worker.process.pid)).on('exit', () => say('child', 'is dead'));
    }
    await liveOn();
  },

  /** Its lock does not listen yet. */
  async 'make, waiting in the middle'() {
    const { listen } = net.Server.prototype;
    net.Server.prototype.listen = function (/** @type {any} */ options) {
      say('waits', process.pid);
      fs.readSync(0, Buffer.alloc(1)); // until its stdin ends
      return listen.call(this, options);
    };
    makeLives();
    await liveOn();
  },

  async 'make without descriptors'() {
    const open = [];
    try {
      for (;;) open.push(fs.openSync('/dev/null', 'r'));
    } catch {
      // There are none left.
    }
    try {
      makeLives();
    } catch (error) {
      say('failed', String(error));
    }
    await pause(1); // for what Node says later
    for (const descriptor of open) fs.closeSync(descriptor);
    makeLives();
  },

  async take() {
    await takeOver();
    await liveOn();
  },

  async 'take and die'() {
    const { renameSync } = fs;
    let left = count;
    fs.renameSync = (from, to) => {
      if (!String(from).includes('.new') && left-- === 0) process.kill(process.pid, 'SIGKILL');
      renameSync(from, to);
    };
    await takeOver();
  },
};

await deeds[/** @type {keyof typeof deeds} */ (what)]();
