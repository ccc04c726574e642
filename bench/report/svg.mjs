/** Of all pictures: light, and dark where the reader's screen is. */
export const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px } .small { fill: #59636e; font-size: 12px }
  .number { font-variant-numeric: tabular-nums } .own { font-weight: 600 }
  .bar { fill: #afb8c1 } .bar.own { fill: #1f6feb } .bar.limit { fill: none; stroke: #afb8c1; stroke-dasharray: 4 3 }
  .rule { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .bar { fill: #57606a } .bar.limit { stroke: #768390 }
    .rule { stroke: #3d444d }
  }`;

export const escapeXml = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Where the rows of a panel begin, below its top. */
export const TITLE = 64;

/**
 * A picture of panels that lie below each other, each a title and its rows, with a caption below them.
 * @param {{ width: number, rowHeight: number, style: string, caption: { text: string, alt: string } }} about
 * @param {readonly any[][]} panels
 * @param {(title: any, rows: any, top: number) => string} draw
 */
export function svg({ width, rowHeight, style, caption }, panels, draw) {
  let top = 8;
  const parts = panels.map(([title, rows]) => {
    const part = draw(title, rows, top);
    top += TITLE + rows.length * rowHeight + 16;
    return part;
  });
  const height = top + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(caption.alt)}">
<style>${style}</style>
${parts.join('\n')}
<text class="small" x="12" y="${height - 10}">${escapeXml(caption.text)}</text>
</svg>
`;
}
