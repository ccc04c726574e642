import { Writable } from 'node:stream';

/** A stream that keeps the text that it gets. */
export class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
