import { oneDigit, whole } from './numbers.mjs';
import { escapeXml, STYLE, svg, TITLE } from './svg.mjs';

const WIDTH = 860;
const LEFT = 315;
const BAR_END = 625;
const ROW = 30;

/** Bars of the rates, and the CPU time of the main thread beside them. */
export function plot(rates, about) {
  const panels = [
    ['One POST a record', rates.filter((row) => row.perPost === 'one' && row.rate)],
    ['Many records a POST', rates.filter((row) => row.perPost === 'many' && row.rate)],
  ].filter(([, rows]) => rows.length > 0);
  const caption = { text: about, alt: 'Records a second and CPU time a record' };
  return svg({ width: WIDTH, rowHeight: ROW, style: STYLE, caption }, panels, panel);
}

function panel(title, rows, top) {
  const most = Math.max(...rows.map((row) => row.rate));
  const head = top + 44;
  const lines = rows.map((row, index) => bar(row, top + TITLE + index * ROW, most));
  return `<text class="title" x="12" y="${top + 20}">${title}</text>
<text class="small" x="${LEFT}" y="${head}">records a second</text>
<text class="small" x="${WIDTH - 12}" y="${head}" text-anchor="end">main thread, µs a record</text>
<line class="rule" x1="12" x2="${WIDTH - 12}" y1="${head + 8}" y2="${head + 8}"/>
${lines.join('\n')}`;
}

function bar({ name, label, rate, mainMicros, processMicros }, y, most) {
  const kind = name.startsWith('ours') ? 'own' : name.startsWith('raw') ? 'limit' : '';
  const width = Math.max(2, (rate / most) * (BAR_END - LEFT));
  const middle = y + 15;
  // The original sends from a thread of its own: what all threads take is what it costs.
  const micros = name === 'python' ? processMicros : mainMicros;
  const note = name === 'python' ? ' (all threads)' : '';
  return `<text class="${kind}" x="12" y="${middle}">${escapeXml(label)}</text>
<rect class="bar ${kind}" x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="18" rx="3"/>
<text class="number ${kind}" x="${(LEFT + width + 8).toFixed(1)}" y="${middle}">${whole(rate)}</text>
<text class="number ${kind}" x="${WIDTH - 12}" y="${middle}" text-anchor="end">${micros === undefined ? '' : oneDigit(micros)}${note}</text>`;
}
