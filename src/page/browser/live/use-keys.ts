import { useEffect, useRef } from 'preact/hooks';

export type Keys = Readonly<Record<string, () => void>>;

/** Calls what belongs to a key, unless somebody writes, or is in a dialog, or means a button. */
export function useKeys(keys: Keys): void {
  const last = useRef(keys);
  last.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { target, key } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
      if (target.closest('dialog') !== null) return;
      if (target.matches('input, textarea, select') && key !== 'Escape') return;
      if (key === 'Enter' && target.matches('button, a')) return;
      if (key.startsWith('Arrow') && target.closest('.rows') === null) return;
      const run = Object.hasOwn(last.current, key) ? last.current[key] : undefined;
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
