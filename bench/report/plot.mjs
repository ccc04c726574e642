const WIDTH = 860;
const LEFT = 315;
const BAR_END = 625;
const ROW = 30;
const TITLE = 64;

const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px } .small { fill: #59636e; font-size: 12px }
  .number { font-variant-numeric: tabular-nums } .own { font-weight: 600 }
  .bar { fill: #afb8c1 } .bar.own { fill: #1f6feb } .bar.limit { fill: none; stroke: #afb8c1; stroke-dasharray: 4 3 }
  .rule { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .bar { fill: #57606a } .bar.limit { stroke: #768390 }
    .rule { stroke: #3d444d }
  }`;

/** Bars of the rates, and the CPU time of the main thread beside them. */
export function plot(rates, caption) {
  const panels = [
    ['One POST a record', rates.filter((row) => row.perPost === 'one' && row.rate)],
    ['Many records a POST', rates.filter((row) => row.perPost === 'many' && row.rate)],
  ].filter(([, rows]) => rows.length > 0);
  let top = 8;
  const parts = panels.map(([title, rows]) => {
    const text = panel(title, rows, top);
    top += TITLE + rows.length * ROW + 16;
    return text;
  });
  const height = top + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Records a second and CPU time a record">
<style>${STYLE}</style>
${parts.join('\n')}
<text class="small" x="12" y="${height - 10}">${escapeXml(caption)}</text>
</svg>
`;
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
<text class="number ${kind}" x="${(LEFT + width + 8).toFixed(1)}" y="${middle}">${Math.round(rate).toLocaleString('en-US')}</text>
<text class="number ${kind}" x="${WIDTH - 12}" y="${middle}" text-anchor="end">${micros === undefined ? '' : oneDigit(micros)}${note}</text>`;
}

const escapeXml = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const oneDigit = (value) =>
  value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
