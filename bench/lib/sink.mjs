import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childPath } from './child.mjs';
import { freePort } from './free-port.mjs';
import { processMicrosOf } from './usage.mjs';

/** A sink in a process of its own. It counts every record, however many come in a POST, and can hold back its answers. */
export async function startNodeSink(port = 0) {
  const child = fork(childPath('node-sink'), [String(port)], { execArgv: [] });
  const [{ port: itsPort }] = await once(child, 'message');
  /** @type {Promise<any>} */
  let last = Promise.resolve();
  const ask = (command) => {
    last = last.then(async () => {
      child.send(command);
      const [answer] = await once(child, 'message');
      return answer;
    });
    return last;
  };
  return {
    name: 'node:net, answering 204 pipelined',
    url: `http://127.0.0.1:${itsPort}/logs`,
    count: () => ask('count'),
    hold: () => ask('hold'),
    release: () => ask('release'),
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** nginx answering 204, for rows of one record a POST: it counts requests. `undefined` where there is no nginx. */
export async function startNginxSink() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, nginxConfig(port, folder));
  const child = spawn('nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
  const kill = () => child.kill();
  process.once('exit', kill); // nothing else ends it when the bench fails
  const ended = new Promise((resolve) => child.once('error', resolve).once('exit', resolve));
  const status = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/status`, { headers: { connection: 'close' } });
    // "server accepts handled requests\n 8 8 1000"; this question counts as one.
    return Number(/requests\s+\d+ \d+ (\d+)/.exec(await response.text())[1]);
  };
  let asked = 0;
  const count = async () => {
    const requests = await status();
    asked += 1;
    return { records: requests - asked, posts: requests - asked, cpuMicros: processMicrosOf(child.pid) };
  };
  const close = async () => {
    child.kill('SIGQUIT');
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      await count();
      return { name: 'nginx, one worker, answering 204', url: `http://127.0.0.1:${port}/logs`, count, close };
    } catch {
      if (child.pid === undefined || child.exitCode !== null) break;
      await sleep(100);
    }
  }
  if (child.pid !== undefined) await close();
  return undefined;
}

const nginxConfig = (port, folder) => `
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off; server_tokens off; keepalive_requests 1000000000; client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server {
    listen 127.0.0.1:${port};
    location = /status { stub_status; }
    location / { client_max_body_size 0; return 204; }
  }
}
`;
