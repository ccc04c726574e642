import { readFileSync } from 'node:fs';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { createExportMetrics, createQueueMetrics } from '../../src/account/metrics.js';
import { SPOOL } from '../../src/config/settings.js';
import { blocksOf, pageAt, ROOT } from '../support/markdown.mjs';

class Collecting extends MetricReader {
  override async onForceFlush(): Promise<void> {}
  override async onShutdown(): Promise<void> {}
}

/** All metrics of the package, as OpenTelemetry has them. */
async function emitted() {
  const reader = new Collecting();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const exporting = createExportMetrics(meterProvider, { url: new URL('http://127.0.0.1/') });
  exporting?.watch(() => 1);
  exporting?.started(2);
  exporting?.finished(1);
  exporting?.finished(1, 'refused');
  const bodyBytes = 1;
  exporting?.attempted({ seconds: 1, bodyBytes, result: { outcome: 'delivered', status: 204 } });
  exporting?.attempted({
    seconds: 1,
    bodyBytes,
    result: { outcome: 'retry', cause: 'HTTP 503', status: 503 },
  });
  createQueueMetrics(meterProvider, 10, () => 1)?.processed(1, 'queue_full');
  return (await reader.collect()).resourceMetrics;
}

/** Series of Prometheus: the names, and the labels of each. */
type Series = ReadonlyMap<string, ReadonlySet<string>>;

/** As OpenTelemetry's exporter for JavaScript writes them, and as the Collector does, with the unit of what has one that Prometheus knows. */
async function inPrometheus(): Promise<{ plain: Series; withUnits: Series }> {
  const text = new PrometheusSerializer().serialize(await emitted());
  const timed = [...text.matchAll(/^# UNIT (\w+) s$/gm)].map(([, name = '']) => name);
  const plain = new Map<string, Set<string>>();
  const withUnits = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^(otel_\w+)\{(.*)\} /gm)) {
    const base = timed.find((one) => name.startsWith(one));
    const long = base === undefined ? name : name.replace(base, `${base}_seconds`);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) {
      plain.set(name, (plain.get(name) ?? new Set()).add(label));
      withUnits.set(long, (withUnits.get(long) ?? new Set()).add(label));
    }
  }
  return { plain, withUnits };
}

const dashboard = JSON.parse(readFileSync(`${ROOT}docs/grafana-dashboard.json`, 'utf8'));
const page = pageAt('docs/metrics.md');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number };
}

const panels: readonly Panel[] = dashboard.panels;
const inDashboard = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const inRules = blocksOf(page)
  .filter(({ language }) => language === 'yaml')
  .flatMap(({ code }) => [...code.matchAll(/^\s*expr: (['"]?)(.*)\1$/gm)].map(([, , expr = '']) => expr));
/** What a rule makes, for others to ask for. */
const RECORDED = 'remote_logger:lost';
const questions = [...inDashboard, ...inRules];

/** What a question asks for: by a name, or by an expression that names match. */
const namesIn = (question: string): RegExp[] => [
  ...(question.match(/(?<!")\botel_(?:sdk|remote_logger)_\w+/g) ?? []).map((name) => new RegExp(`^${name}$`)),
  ...[...question.matchAll(/__name__=~"([^"]+)"/g)].map(([, names]) => new RegExp(`^(?:${names})$`)),
];

/** Labels that Prometheus adds itself. */
const OF_PROMETHEUS = ['__name__', 'instance', 'job', 'le'];

const labelsIn = (question: string): string[] =>
  [...question.matchAll(/\b(\w+)(?:=~|!=|!~|=)"|\bby \(([\w, ]*)\)/g)]
    .flatMap(([, label, labels]) => (label === undefined ? (labels ?? '').split(/,\s*/) : [label]))
    .filter((label) => !OF_PROMETHEUS.includes(label));

function isPromQl(question: string): boolean {
  const cursor = parser
    .parse(question.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'))
    .cursor();
  do if (cursor.type.isError) return false;
  while (cursor.next());
  return true;
}

/** What is wrong with a question, if anything is. */
function faultOf(question: string, { plain, withUnits }: { plain: Series; withUnits: Series }) {
  const names = namesIn(question);
  if (names.length === 0 && !question.includes(RECORDED)) return 'asks for nothing';
  for (const name of names)
    for (const series of [plain, withUnits])
      if (![...series.keys()].some((one) => name.test(one))) return `no metric ${name.source}`;
  const known = new Set([...plain.values()].flatMap((labels) => [...labels]));
  const unknown = labelsIn(question).find((label) => !known.has(label));
  if (unknown !== undefined) return `no label ${unknown}`;
  return isPromQl(question) ? undefined : 'is no PromQL';
}

describe('the metrics of docs/metrics.md', () => {
  it('are those that the package has', async () => {
    const existing = (await emitted()).scopeMetrics.flatMap(({ metrics }) =>
      metrics.map(({ descriptor }) => descriptor.name),
    );
    const text = readFileSync(`${ROOT}docs/metrics.md`, 'utf8');
    const rows = [...text.matchAll(/^\| `(otel[\w.]+)` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(existing.sort());
  });

  it('are asked for by names, labels and PromQL that exist: dashboard and rules', async () => {
    expect(inDashboard.length).toBeGreaterThan(5);
    expect(inRules.length).toBe(5);
    const series = await inPrometheus();
    expect(questions.flatMap((question) => faultOf(question, series) ?? [])).toEqual([]);
  });

  it('have an alarm for a spool at half of its default size, with records of 1 KB', () => {
    const [, most] =
      inRules.map((rule) => /queue_size\{.*\}\) > (\d+)$/.exec(rule) ?? []).find(([all]) => all) ?? [];
    const share = (Number(most) * (1024 + 20)) / SPOOL.maxBytes.fallback;
    expect(share).toBeCloseTo(0.5, 1);
  });

  it('are all in the dashboard', async () => {
    const asked = inDashboard.flatMap(namesIn);
    const families = [...(await inPrometheus()).plain.keys()].map((name) =>
      name.replace(/_(bucket|sum|count)$/, ''),
    );
    for (const family of new Set(families))
      expect(
        asked.some((name) => ['', '_bucket', '_count'].some((end) => name.test(family + end))),
        family,
      ).toBe(true);
  });

  it.each([
    ['rate(otel_sdk_exporter_log_exported_total{job="a"}[5m])', undefined],
    ['rate(otel_sdk_exporter_log_exported[5m])', 'no metric ^otel_sdk_exporter_log_exported$'],
    [
      'otel_sdk_exporter_operation_duration_bucket',
      'no metric ^otel_sdk_exporter_operation_duration_bucket$',
    ],
    ['otel_sdk_exporter_log_inflight{server="a"}', 'no label server'],
    ['sum by (job (otel_sdk_exporter_log_inflight)', 'is no PromQL'],
    ['up', 'asks for nothing'],
  ])('what is wrong with a question is found: %s', async (question, fault) =>
    expect(faultOf(question, await inPrometheus())).toBe(fault),
  );
});

it('the panels of the dashboard have ids and places of their own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`)).size).toBe(panels.length);
});
