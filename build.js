/**
 * What `npm run build` makes of `src`: the files of `dist` that Node runs; `tsc` writes the types beside them.
 *
 * Node reads, compiles and links files one by one, at about a millisecond a file on its way to an application's first
 * line. So `index.js` leads to one file, `main.js`, in which is all that both entries and the lazy chunks share: no
 * state is there twice in a thread. What `src` reaches by `import()` stays a chunk of its own, loaded when it is needed.
 */
import { build } from 'rolldown';

/** @import { InputOptions, OutputOptions } from 'rolldown' */

/** @type {InputOptions} */
const input = {
  platform: 'node',
  // Of node_modules nothing: an application has one copy of OpenTelemetry, and updates undici by itself.
  external: /^(?![./]|[a-z]:[\\/])/i,
  logLevel: 'warn',
  // Such as that of an `import()` that a static import elsewhere makes pointless.
  onLog(_level, { message }) {
    throw new Error(message);
  },
};

/** @type {OutputOptions} */
const output = {
  dir: 'dist',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
};

await build({
  ...input,
  input: { index: 'src/index.ts', register: 'src/register.ts' },
  output: {
    ...output,
    cleanDir: true,
    // All that an entry reaches without import(), but for the entry that does something.
    codeSplitting: { groups: [{ name: 'main', tags: ['$initial'], test: /[\\/]src[\\/](?!register\.ts$)/ }] },
  },
});
// Of another thread, with which nothing is shared. In the folder of main.js, which asks for './worker.js'.
await build({ ...input, input: { worker: 'src/transport/worker.ts' }, output });
