// 2026-11-22 21:50:30                                                (date, in the time zone of the log)
// 2026-11-22 21:49:03.339 25560 INFO cinder.volume.flows.manager.create_volume […] Volume 52f57755-…: being created as image with
// specification: {…, 'image_id': '9efca81b-…', 'image_location': ('rbd://FSID/images/9efca81b-…/snap', […]), 'image_meta': {…'disk_format': 'raw'…
import { complaint, type Parser, unparsed } from './parser.ts';

export interface VolumeCreation {
  readonly volume: string;
  readonly image: string;
  /** As Glance has it: `raw`, `qcow2` …; empty when the line does not say. */
  readonly format: string;
  /** First location that Glance told Cinder; empty when it told none. */
  readonly url: string;
  /** Seconds since. */
  readonly age: number;
}

const LINE =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* .* Volume ([0-9a-f-]{36}): being created as image with specification: (\{.*)$/;
const seconds = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;

/** Volumes that Cinder was asked to make from images, oldest first. */
export const volumeCreations: Parser<readonly VolumeCreation[]> = (answer) => {
  const [first = '', ...lines] = answer.stdout.split('\n');
  const now = seconds(first.trim());
  if (Number.isNaN(now)) return unparsed(complaint(answer));
  return lines.flatMap((line) => {
    const [, at, volume, text] = LINE.exec(line) ?? [];
    if (at === undefined || volume === undefined || text === undefined) return [];
    const image = /'image_id': '([0-9a-f-]{36})'/.exec(text)?.[1];
    if (image === undefined) return [];
    const place = /'image_location': (.*?), 'image_meta'/.exec(text)?.[1] ?? '';
    return [
      {
        volume,
        image,
        format: /'disk_format': '(\w+)'/.exec(text)?.[1] ?? '',
        url: /'(\w+:\/\/[^']+)'/.exec(place)?.[1] ?? '',
        age: now - seconds(at),
      },
    ];
  });
};

// 2026-11-22 21:50:30
// 2026-11-22 21:49:03.339 60 WARNING nova.virt.libvirt.driver […] [instance: 68bf…] Performing standard snapshot because direct snapshot failed: …
export interface SnapshotFallback {
  readonly instance: string;
  readonly says: string;
  readonly age: number;
}

/** Snapshots of servers that Nova could not make inside Ceph. */
export const snapshotFallbacks: Parser<readonly SnapshotFallback[]> = (answer) => {
  const [first = '', ...lines] = answer.stdout.split('\n');
  const now = seconds(first.trim());
  if (Number.isNaN(now)) return unparsed(complaint(answer));
  return lines.flatMap((line) => {
    const [, at, says] =
      /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* .*?(Performing standard snapshot because .*)$/.exec(line) ?? [];
    if (at === undefined || says === undefined) return [];
    return [{ instance: /\[instance: ([0-9a-f-]{36})\]/.exec(line)?.[1] ?? '', says, age: now - seconds(at) }];
  });
};
