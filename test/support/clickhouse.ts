import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from './engine.js';
import { freePort } from './free-port.js';

export const USER = 'logger';
export const PASSWORD = 'a-password-of-the-tests';

const config = (port: number, directory: string): string => `<yandex>
  <logger><level>information</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${port}</http_port>
  <path>${directory}/data/</path>
  <tmp_path>${directory}/tmp/</tmp_path>
  <user_files_path>${directory}/files/</user_files_path>
  <format_schema_path>${directory}/schemas/</format_schema_path>
  <mark_cache_size>67108864</mark_cache_size>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
</yandex>`;

const USERS = `<yandex>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <${USER}>
      <password>${PASSWORD}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
    </${USER}>
  </users>
</yandex>`;

/** A real ClickHouse server, with one user. */
export class ClickHouse {
  static readonly headers = { 'X-ClickHouse-User': USER, 'X-ClickHouse-Key': PASSWORD };

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly engine: Engine,
  ) {}

  /** Starts one with nothing in it. Ends with an `await using` block. */
  static async start(): Promise<ClickHouse> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'clickhouse-'));
    writeFileSync(join(directory, 'config.xml'), config(port, directory));
    writeFileSync(join(directory, 'users.xml'), USERS);
    const args = ['--config-file=config.xml'];
    return new ClickHouse(
      port,
      directory,
      await Engine.start('clickhouse-server', args, directory, 'Ready for connections'),
    );
  }

  /** Where rows of a table are POSTed to, with settings of ClickHouse such as `input_format_skip_unknown_fields`. */
  insertUrl(table: string, settings: Readonly<Record<string, string>> = {}): string {
    const query = `INSERT INTO ${table} FORMAT JSONEachRow`;
    const search = Object.entries({ query, ...settings }).map(
      ([key, value]) => `${key}=${encodeURIComponent(value)}`,
    );
    return `http://127.0.0.1:${this.port}/?${search.join('&')}`;
  }

  /** Runs a statement. */
  async run(statement: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.port}/`, {
      method: 'POST',
      headers: ClickHouse.headers,
      body: statement,
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${response.status} to ${statement}: ${answer}`);
    return answer;
  }

  /** The rows of a query. */
  async rows(query: string): Promise<Record<string, unknown>[]> {
    const answer = await this.run(`${query} FORMAT JSON`);
    return (JSON.parse(answer) as { data: Record<string, unknown>[] }).data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.end('SIGKILL'); // otherwise it waits for connections to close
    await rm(this.directory, { recursive: true });
  }
}
