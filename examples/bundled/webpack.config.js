/** `npx webpack` writes dist/webpack.cjs. */
export default {
  mode: 'production',
  target: 'node20',
  entry: './app.js',
  output: { filename: 'webpack.cjs', chunkFormat: 'commonjs' },
};
