/** `node esbuild.js` writes dist/esbuild.cjs and dist/esbuild.mjs. */
import { build } from 'esbuild';

const options = { entryPoints: ['app.js'], bundle: true, platform: 'node', target: 'node20' };
await build({ ...options, format: 'cjs', outfile: 'dist/esbuild.cjs' });
await build({
  ...options,
  format: 'esm',
  outfile: 'dist/esbuild.mjs',
  // CommonJS packages within an ES module call require() for Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
