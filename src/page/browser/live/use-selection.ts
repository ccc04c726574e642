import { useState } from 'preact/hooks';
import type { Row } from './row.js';

export interface Selection {
  readonly selected: Row | undefined;
  /** Whether it is shown in full. */
  readonly isOpen: boolean;
  /** To the record that is so many newer, or older below zero. */
  readonly step: (by: number) => void;
  readonly open: (row: Row) => void;
  readonly close: () => void;
}

/** The record that keys and clicks have chosen. It stays chosen, whatever arrives. */
export function useSelection(rows: readonly Row[]): Selection {
  const [selected, setSelected] = useState<Row>();
  const [isOpen, setOpen] = useState(false);
  const step = (by: number): void => {
    const place = selected === undefined ? -1 : rows.lastIndexOf(selected);
    const next = place === -1 ? rows.length - 1 : place + by;
    setSelected(rows[Math.min(Math.max(next, 0), rows.length - 1)]);
  };
  const open = (row: Row): void => {
    setSelected(row);
    setOpen(true);
  };
  return { selected, isOpen, step, open, close: () => setOpen(false) };
}
