import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { onThemeChange, themeColor } from './theme.js';

export interface ChartSeries {
  readonly label: string;
  /** The name of a CSS variable, such as `--series-1`. */
  readonly color: string;
  readonly kind: 'area' | 'bars' | 'line';
}

export interface ChartProps {
  /** What it shows, for those who can't see it. */
  readonly label: string;
  /** The values of x, in growing order: seconds since 1970 where `isTime`. */
  readonly x: readonly number[];
  /** Those of each series, as many as there are of x. */
  readonly y: readonly (readonly (number | null)[])[];
  readonly series: readonly ChartSeries[];
  readonly heightPx: number;
  readonly isTime?: boolean;
  /** What stands at the ticks of x, where it's neither a time nor the number itself. */
  readonly tick?: (x: number) => string;
  /** The y axis; on by default. */
  readonly hasScale?: boolean;
}

/** A plot by uPlot, as wide as the place where it stands, in the colours of the page. */
export function Chart(props: ChartProps) {
  const { x, y } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = JSON.stringify([props.series, props.heightPx, props.isTime, props.hasScale]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(props, element.clientWidth), dataOf(props), element);
    };
    draw();
    const fits = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height: props.heightPx });
    });
    fits.observe(element);
    const forget = onThemeChange(draw);
    return () => {
      forget();
      fits.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(dataOf(props)), [x, y]);

  return <div class="chart" ref={box} role="img" aria-label={props.label} />;
}

const dataOf = ({ x, y }: ChartProps): uPlot.AlignedData => [x, ...y] as unknown as uPlot.AlignedData;

function optionsOf(props: ChartProps, width: number): uPlot.Options {
  const { series, heightPx, isTime = false, hasScale = true } = props;
  const axis: uPlot.Axis = {
    stroke: themeColor('--text-dim'),
    grid: { stroke: themeColor('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: isTime }, y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 22, ...(isTime ? TIME_TICKS : ticksOf(props)) },
      { ...axis, show: hasScale, size: 44 },
    ],
    series: [{}, ...series.map(lineOf)],
  };
}

const ticksOf = ({ tick }: ChartProps): uPlot.Axis =>
  tick === undefined ? {} : { values: (_plot, splits) => splits.map(tick) };

/** The hour of the day in 24 hours, whatever the language of the browser. */
const TIME_TICKS: uPlot.Axis = {
  values: (_plot, splits, _axis, _space, incrementSeconds) =>
    splits.map((at) => timeOf(at, incrementSeconds < 60)),
};

function timeOf(atSeconds: number, hasSeconds: boolean): string {
  const date = new Date(atSeconds * 1000);
  const parts = [date.getHours(), date.getMinutes(), ...(hasSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function lineOf({ label, color, kind }: ChartSeries): uPlot.Series {
  const stroke = themeColor(color);
  const bars = uPlot.paths.bars?.({ size: [0.8, 60] });
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const paths = kind === 'bars' ? bars : kind === 'area' ? steps : undefined;
  return {
    label,
    stroke,
    width: kind === 'bars' ? 0 : 1.5,
    points: { show: false },
    ...(kind === 'line' ? {} : { fill: kind === 'bars' ? stroke : `${stroke}40` }),
    ...(paths === undefined ? {} : { paths }),
  };
}
