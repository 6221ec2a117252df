/** What a service said at one moment: Unix time in s by the node's clock. */
interface Said {
  readonly at: number;
  readonly text: string;
}

const HELD_BACK = /Manager for service \S+ (\S+) (?:is reporting|reported) problems, not sending heartbeat/;
const STARTED = /Driver initialization completed successfully/;

/**
 * The hosts (`controller`, `controller@ceph`) for which a service of Cinder holds its heartbeat back, because their driver did not start:
 * it says so every 10 s (`report_interval`; cinder/service.py). cinder-backup tries its driver once, cinder-volume some times
 * (`reinit_driver_count`) and tells when it worked; then they stay so until they are restarted, while their units are active.
 */
export function heldBack(said: readonly Said[], since: number): readonly string[] {
  const life = said.filter(({ at }) => at >= since);
  const started = Math.max(...life.filter(({ text }) => STARTED.test(text)).map(({ at }) => at), since);
  const hosts = life
    .filter(({ at }) => at >= started)
    .map(({ text }) => HELD_BACK.exec(text)?.[1])
    .filter((host) => host !== undefined);
  return [...new Set(hosts)];
}
