import type { World } from './world.ts';

/** Lets something happen in so many seconds of the world's time. */
export function later(world: World, seconds: number, act: () => void): void {
  const at = new Date(world.clock.now().getTime() + seconds * 1000);
  const next = world.events.findIndex((e) => e.at > at);
  world.events.splice(next < 0 ? world.events.length : next, 0, { at, act });
}

/** Lets all happen that is due: before each program that somebody runs, so that nobody can see the world late. */
export function settle(world: World): void {
  for (let [first] = world.events; first !== undefined && first.at <= world.clock.now(); [first] = world.events) {
    world.events.shift();
    world.clock.during(first.at, () => first.act());
  }
}
