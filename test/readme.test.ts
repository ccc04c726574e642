import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../src/command/command.js';
import { blocksOf, rowsOf, sectionOf, textOf } from './support/page.js';
import { Receiver } from './support/receiver.js';
import { stored } from './support/stored.js';
import { Text } from './support/text.js';

const readme = textOf('README.md');

describe('the README', () => {
  it('can be read in a few minutes', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(220);
    const prose = readme.replaceAll(/```.*?```/gs, '').replaceAll(/\]\([^)]*\)/g, ']');
    expect(prose.split(/\s+/).filter((word) => /\w/.test(word)).length).toBeLessThan(1000);
  });

  it('shows an example and the JSON that it produces', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const [example = '', json = ''] = [blocksOf(readme, 'js')[0], blocksOf(readme, 'json')[0]];
    const { getRemoteLogger } = await import('../src/index.js');
    const body = example.replace(/^import .*$/m, '');
    new Function('getRemoteLogger', body)(getRemoteLogger);
    expect(await getRemoteLogger().shutdown()).toMatchObject({ accepted: 1, delivered: 1 });
    expect(receiver.requests[0]?.headers['content-type']).toBe('application/json');
    expect(receiver.records).toEqual([JSON.parse(json)]);
    vi.unstubAllEnvs();
  });

  it('leads from an empty folder to records that its question counts', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const { createRemoteLogger } = await import('../src/index.js');
    const logger = createRemoteLogger();
    const example = blocksOf(readme, 'js')[1]?.replace(/^import .*$/m, '') ?? '';
    new Function('getRemoteLogger', example)(() => logger);
    await logger.shutdown();
    const directory = stored({ '2026-11-26T14': receiver.records });
    const [, sql = ''] = /query "(.*)"/.exec(readme) ?? [];
    const [stdout, stderr] = [new Text(), new Text()];
    expect(await runCommand(['query', sql, '--dir', directory, '--json'], { stdout, stderr })).toBe(0);
    const rows = stdout.text.trim().split('\n');
    expect(rows.sort()).toEqual(['{"model":"koala-13b","votes":50}', '{"model":"vicuna-13b","votes":50}']);
    vi.unstubAllEnvs();
  });

  it('leads every reader to an example that the matrix runs', () => {
    const folder = new URL('./matrix/', import.meta.url);
    const scripts = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
    const matrix = scripts.map((file) => textOf(`test/matrix/${file}`)).join('\n');
    const rows = rowsOf(sectionOf(readme, '## Choose a setup'));
    expect(rows.length).toBeGreaterThan(5);
    for (const [you, , examples = ''] of rows) {
      const links = [...examples.matchAll(/\]\(examples\/(?:\w+\/)?([\w.-]+)\)/g)].map(
        ([, file = '']) => file,
      );
      expect(links, `no example for: ${you}`).not.toEqual([]);
      // Those of a folder are run by the name of the logger or the bundler.
      for (const file of links) expect(matrix).toMatch(new RegExp(`['"/\`]${file.split('.')[0]}\\b`));
    }
  });
});
