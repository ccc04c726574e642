import type { ComponentType } from 'preact';
import { AskView } from './ask/ask-view.js';
import { LiveView } from './live/live-view.js';

export interface View {
  /** What stands behind `#` in the address; the first view has none. */
  readonly hash: string;
  readonly title: string;
  readonly Component: ComponentType;
}

/** The views of the page, in the order of the navigation. */
export const VIEWS: readonly [View, ...View[]] = [
  { hash: '', title: 'Live', Component: LiveView },
  { hash: 'ask', title: 'Ask', Component: AskView },
];
