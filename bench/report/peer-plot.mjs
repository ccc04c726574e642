import { PEERS } from '../senders/peers.mjs';
import { oneDigit } from './numbers.mjs';
import { share } from './peers.mjs';
import { escapeXml, STYLE, svg, TITLE } from './svg.mjs';

const WIDTH = 1000;
const LEFT = 300;
const BAR_END = 510;
const ROW = 28;
const CELLS = 618;
const CELL = 75;
const ENDS = {
  closed: 'closed',
  none: 'ends by itself',
  exit: 'exit()',
  kill: 'SIGKILL',
  outage: '30 s outage',
};

const OWN_STYLE = `${STYLE}
  .rest { opacity: .4 } .floor { stroke: #59636e; stroke-dasharray: 3 3 } .cell { stroke-width: 1 } .in { font-size: 12px }
  .cell.all { fill: #dafbe1; stroke: #4ac26b } .in.all { fill: #116329 }
  .cell.part { fill: #fff8c5; stroke: #d4a72c } .in.part { fill: #633c01 } .filled { fill: #eac54f; opacity: .55 }
  .cell.none { fill: #ffebe9; stroke: #ff8182 } .in.none { fill: #a40e26 }
  @media (prefers-color-scheme: dark) {
    .floor { stroke: #9198a1 }
    .cell.all { fill: #12361f; stroke: #238636 } .in.all { fill: #7ee787 }
    .cell.part { fill: #332906; stroke: #9e6a03 } .in.part { fill: #f2cc60 } .filled { fill: #9e6a03; opacity: .5 }
    .cell.none { fill: #3c1618; stroke: #8e1519 } .in.none { fill: #ffa198 }
  }`;

/** Bars of the CPU time that a record costs, and beside them what arrived in each kind of end. */
export function plotPeers({ node, machine, rounds, cost, fate }) {
  const rows = cost
    .filter(({ name }) => !PEERS[name].isFloor)
    .map(({ name, paced }) => ({
      ...PEERS[name],
      ...paced,
      ends: fate.find((one) => one.name === name),
    }));
  const floor = cost.find(({ name }) => PEERS[name].isFloor)?.paced.mainMicros;
  const most = Math.max(...rows.map(({ processMicros }) => processMicros));
  const scale = { floor, at: (micros) => LEFT + (micros / most) * (BAR_END - LEFT) };
  const panels = [
    ['One record a POST', 'one'],
    ['Many records a POST', 'many'],
  ].map(([title, kind]) => [title, rows.filter(({ perPost }) => perPost === kind)]);
  const text = `Node ${node.slice(1)}, ${machine}; cost: medians of ${rounds} rounds${floor === undefined ? '' : '; dashed: what the measuring itself costs'}`;
  const caption = { text, alt: 'CPU time a record, and what arrives in each end' };
  return svg({ width: WIDTH, rowHeight: ROW, style: OWN_STYLE, caption }, panels, (title, those, top) =>
    panel(title, those, top, scale),
  );
}

function panel(title, rows, top, { floor, at }) {
  const head = top + 44;
  const end = top + TITLE + rows.length * ROW;
  const heads = Object.values(ENDS).map(
    (name, index) =>
      `<text class="small" x="${middleOf(index)}" y="${head}" text-anchor="middle">${name}</text>`,
  );
  const line =
    floor === undefined
      ? ''
      : `\n<line class="floor" x1="${at(floor).toFixed(1)}" x2="${at(floor).toFixed(1)}" y1="${head + 10}" y2="${end}"/>`;
  return `<text class="title" x="12" y="${top + 20}">${title}</text>
<text class="small" x="${LEFT}" y="${head}">CPU, µs a record: main thread + other threads</text>
<text class="small" x="${CELLS}" y="${top + 20}">arrived of ${rows[0]?.ends.logged.toLocaleString('en-US')} records</text>
${heads.join('\n')}
<line class="rule" x1="12" x2="${WIDTH - 12}" y1="${head + 8}" y2="${head + 8}"/>
${rows.map((row, index) => rowOf(row, top + TITLE + index * ROW, at)).join('\n')}${line}`;
}

const middleOf = (index) => CELLS + index * CELL + CELL / 2 - 3;

function rowOf({ label, isOurs, mainMicros, processMicros, ends }, y, at) {
  const kind = isOurs ? 'own' : '';
  const middle = y + 15;
  const [main, all] = [at(mainMicros), at(Math.max(mainMicros, processMicros))];
  const others = Math.max(0, processMicros - mainMicros);
  return `<text class="${kind}" x="12" y="${middle}">${escapeXml(label.replaceAll('`', ''))}</text>
<rect class="bar ${kind}" x="${LEFT}" y="${y + 2}" width="${(main - LEFT).toFixed(1)}" height="18"/>
<rect class="bar rest ${kind}" x="${main.toFixed(1)}" y="${y + 2}" width="${(all - main).toFixed(1)}" height="18"/>
<text class="number ${kind}" x="${(all + 8).toFixed(1)}" y="${middle}">${oneDigit(mainMicros)} + ${oneDigit(others)}</text>
${Object.keys(ENDS)
  .map((end, index) => cell(ends[end], ends.logged, CELLS + index * CELL, y))
  .join('\n')}`;
}

function cell(arrived, logged, x, y) {
  const text = share(arrived, logged);
  const kind = text.endsWith('%') ? 'part' : text;
  const width = CELL - 6;
  const filled =
    kind === 'part'
      ? `<rect class="filled" x="${x}" y="${y + 2}" width="${((arrived / logged) * width).toFixed(1)}" height="20"/>`
      : '';
  return `<rect class="cell ${kind}" x="${x}" y="${y + 2}" width="${width}" height="20" rx="3"/>${filled}<text class="in ${kind}" x="${x + width / 2}" y="${y + 16}" text-anchor="middle">${text}</text>`;
}
