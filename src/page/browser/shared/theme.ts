/** The value of a CSS variable of the page, such as `--text-dim`. Colours are hexadecimal there. */
export const themeColor = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Calls when the page changes between light and dark. Gives what ends that. */
export function onThemeChange(run: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', run);
  return () => dark.removeEventListener('change', run);
}
