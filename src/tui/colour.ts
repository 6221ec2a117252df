/**
 * Ink does not know NO_COLOR; the library under it obeys FORCE_COLOR, which it reads once, while being imported.
 * So this is called before the screens are imported. `TERM=dumb` has no colours either.
 */
export function prepareColour(env: Record<string, string | undefined>, noColour = false): void {
  if (noColour || env.NO_COLOR || env.TERM === 'dumb') env.FORCE_COLOR = '0';
}
