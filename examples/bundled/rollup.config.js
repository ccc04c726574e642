/** `npx rollup -c` writes dist/rollup.mjs. */
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';

export default {
  input: 'app.js',
  // undici requires node:sqlite for a cache that is not used here, and Node 20 has none.
  plugins: [
    nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }),
    commonjs({ ignore: ['node:sqlite'] }),
    json(),
  ],
  output: { file: 'dist/rollup.mjs', inlineDynamicImports: true },
};
