import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/command/command.js';
import { Collector } from '../support/collector.js';
import { Text } from '../support/text.js';

async function check(url: string): Promise<{ code: number; out: string }> {
  const stdout = new Text();
  const code = await runCommand(['check', url], { stdout, stderr: new Text() });
  return { code, out: stdout.text };
}

describe('check against a Collector', () => {
  it('delivers, and says how to see whether the Collector has the field map', async () => {
    await using collector = await Collector.start(['field-map', 'quickstart']);
    const { code, out } = await check(`http://127.0.0.1:${collector.port}/logs`);
    expect(out).toContain('must have an attribute `type`');
    expect(code).toBe(0);
  });

  it('says of a wrong path that the URL has another', async () => {
    await using collector = await Collector.start(['field-map', 'quickstart']);
    const { code, out } = await check(`http://127.0.0.1:${collector.port}/v2`);
    expect(out).toContain('nothing takes records at /v2');
    expect(code).toBe(1);
  });
});
