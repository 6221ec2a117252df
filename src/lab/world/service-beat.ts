import type { ServiceRecord } from './cloud.ts';
import { isActive, type World } from './world.ts';

/** Seconds after its last heartbeat that a service counts as down: service_down_time. */
const DOWN_AFTER = 60;

/** The last heartbeat of a service that its API knows of: every ten seconds while its unit runs. */
export function lastBeat(world: World, s: ServiceRecord): Date {
  const running = isActive(world.nodes.get(s.node), s.unit);
  const now = world.clock.now();
  const sends = running && (s.binary !== 'cinder-volume' || world.cloud.running.cinderVolume.initialised);
  return sends ? new Date(now.getTime() - (now.getTime() % 10_000)) : s.lastBeat;
}

/** Up, in the eyes of the scheduler: for a while also one that has just ended. */
export const beats = (world: World, s: ServiceRecord): boolean =>
  world.clock.now().getTime() - lastBeat(world, s).getTime() < DOWN_AFTER * 1000;
