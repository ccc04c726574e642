import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JARS } from '../collector/kafka/install.mjs';
import { freePort } from './free-port.js';

const LOG4J = fileURLToPath(new URL('../collector/kafka/log4j2.properties', import.meta.url));
const JAVA = ['-Xmx512m', `-Dlog4j2.configurationFile=${LOG4J}`, '-cp', `${JARS}/*`];

/** One node that is broker and controller, and leaves each topic to be created. */
const properties = (directory: string, port: number, controllerPort: number): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
log.dirs=${join(directory, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
# One that was killed may come back at once.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
`;

/** A real Kafka broker process. Ends with an `await using` block. */
export class Kafka {
  readonly #directory = mkdtempSync(join(tmpdir(), 'kafka-'));
  readonly #properties = join(this.#directory, 'server.properties');
  #process: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(readonly port: number) {}

  static async start(): Promise<Kafka> {
    const kafka = new Kafka(await freePort());
    writeFileSync(kafka.#properties, properties(kafka.#directory, kafka.port, await freePort()));
    const clusterId = 'AAAAAAAAAAAAAAAAAAAAAQ';
    kafka.#tool('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', kafka.#properties]);
    await kafka.up();
    return kafka;
  }

  get broker(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts the process, with what is in its directory. */
  async up(): Promise<void> {
    const child = spawn('java', [...JAVA, 'kafka.Kafka', this.#properties], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#ended = once(child, 'close');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!said.includes('Kafka Server started')) {
      if (child.exitCode !== null) throw new Error(`the broker ended: ${said}`);
      await Promise.race([once(child.stdout, 'data'), this.#ended]);
    }
  }

  /** Kills the process. */
  async down(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#ended;
  }

  createTopic(topic: string, partitions: number, settings: Readonly<Record<string, number>> = {}): void {
    const flags = Object.entries(settings).flatMap(([name, value]) => ['--config', `${name}=${value}`]);
    const what = ['--create', '--topic', topic, '--partitions', String(partitions), ...flags];
    this.#tool('org.apache.kafka.tools.TopicCommand', ['--bootstrap-server', this.broker, ...what]);
  }

  /** Puts text into a topic, one message a line. */
  write(topic: string, lines: string): void {
    const flags = ['--bootstrap-server', this.broker, '--topic', topic];
    this.#tool('org.apache.kafka.tools.ConsoleProducer', flags, lines);
  }

  /** How many messages each partition of a topic has got. */
  messages(topic: string): number[] {
    const flags = ['--bootstrap-server', this.broker, '--topic', topic];
    const lines = this.#tool('org.apache.kafka.tools.GetOffsetShell', flags).trim().split('\n');
    return lines.map((line) => Number(line.slice(line.lastIndexOf(':') + 1)));
  }

  #tool(name: string, flags: readonly string[], input = ''): string {
    return execFileSync('java', [...JAVA, name, ...flags], { input, encoding: 'utf8', timeout: 30_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
