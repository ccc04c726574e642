import { partsOf } from './visible.js';

/** A text of a record: isolated from what stands beside it, with the characters that nobody would see by their names. */
export function Value({ text }: { readonly text: string }) {
  return (
    <bdi>
      {partsOf(text).map((part) => (part.isUnseen ? <span class="unseen">{part.text}</span> : part.text))}
    </bdi>
  );
}
