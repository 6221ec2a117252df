/** What a service said at one moment: Unix time in s by the node's clock. */
interface Said {
  readonly at: number;
  readonly text: string;
}

/** Cinder's services report every 10 s (`report_interval`); three rounds of silence, and it is not said any more. */
const STILL_S = 35;

const HELD_BACK = /Manager for service \S+ (\S+) is reporting problems, not sending heartbeat/;

/**
 * The hosts (`controller`, `controller@ceph`) for which a service of Cinder holds its heartbeat back now, because their driver did not
 * start: it says so at every report (cinder/service.py). cinder-backup tries its driver once, cinder-volume some times
 * (`reinit_driver_count`); then they stay so until they are restarted, while their units are active.
 */
export function heldBack(said: readonly Said[], now: number, since: number): readonly string[] {
  const hosts = said
    .filter(({ at }) => at >= since && at >= now - STILL_S)
    .map(({ text }) => HELD_BACK.exec(text)?.[1])
    .filter((host) => host !== undefined);
  return [...new Set(hosts)];
}
