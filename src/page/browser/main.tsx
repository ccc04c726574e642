import { render } from 'preact';
import { App } from './app.js';
import { feed } from './live/use-feed.js';

feed.open();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
