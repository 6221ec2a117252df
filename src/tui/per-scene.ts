import type { Scene } from './model.ts';

/** Lays a screen out once for each scene, though its keys and its view both ask for it. */
export function perScene<T>(compute: (scene: Scene) => T): (scene: Scene) => T {
  const known = new WeakMap<Scene, { readonly value: T }>();
  return (scene) => {
    const found = known.get(scene);
    if (found) return found.value;
    const value = compute(scene);
    known.set(scene, { value });
    return value;
  };
}
