import { chmodSync, copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine } from './engine.js';
import { freePort } from './free-port.js';

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../collector-config/loadbalancer/${name}`, import.meta.url));

/** So that it writes nowhere but in its own directory. */
const TEMP_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path temp_${name};`)
  .join('\n');

/** The line of a gateway in gateways.conf, at another port. */
function serverLine(port: number): string {
  const [line = ''] = /^server .*$/m.exec(readFileSync(fileOf('gateways.conf'), 'utf8')) ?? [];
  return line.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`);
}

export interface NginxOptions {
  /** Makes another listen.conf of the one that is there. */
  readonly listen?: (text: string) => string;
}

/** A real nginx with the files of collector-config/loadbalancer/: nginx.conf as it is, the two that it includes at other ports. */
export class Nginx {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly engine: Engine,
  ) {}

  /** Starts one in front of gateways on these ports. Ends with an `await using` block. */
  static async start(
    gateways: readonly number[],
    { listen = (text) => text }: NginxOptions = {},
  ): Promise<Nginx> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'nginx-'));
    chmodSync(directory, 0o755); // started by root, its workers are somebody else
    copyFileSync(fileOf('nginx.conf'), join(directory, 'nginx.conf'));
    const listening = listen(readFileSync(fileOf('listen.conf'), 'utf8')).replaceAll(
      '8088',
      `127.0.0.1:${port}`,
    );
    writeFileSync(join(directory, 'listen.conf'), `${listening}\n${TEMP_PATHS}`);
    writeFileSync(join(directory, 'gateways.conf'), gateways.map(serverLine).join('\n'));
    const globals = 'daemon off; pid nginx.pid; error_log stderr notice;';
    const args = ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr', '-g', globals];
    return new Nginx(port, directory, await Engine.start('nginx', args, directory, 'start worker process '));
  }

  urlOf(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  get url(): string {
    return this.urlOf('/logs');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.end('SIGTERM'); // its workers end with it, which they would not after a SIGKILL
    await rm(this.directory, { recursive: true });
  }
}
