// audit: type=1400 audit(…): apparmor="DENIED" operation="open" profile="libvirt-6b34…" name="/etc/ceph/ceph.conf" … comm="qemu-system-x86"
// audit: type=1400 audit(…): avc:  denied  { read } for  pid=1 comm="glance-api" name="ceph.client.glance.keyring" dev=…
import type { Parser } from './parser.ts';
import { complaint, unparsed } from './parser.ts';

export interface DenialLine {
  /** Path, or only the last part of it where SELinux tells no more. */
  readonly path: string;
  readonly says: string;
}

const REFUSED = /apparmor="DENIED"|avc: +denied/;

/** What AppArmor or SELinux refused (`journalctl -k -g …`, which ends with 1 when nothing matches). */
export const kernelDenials: Parser<readonly DenialLine[]> = (answer) => {
  if (answer.code > 1 || (answer.code === 1 && answer.stderr.trim() !== '')) return unparsed(complaint(answer));
  const found = answer.stdout.split('\n').flatMap((line) => {
    const path = REFUSED.test(line) ? /\b(?:name|path)="([^"]+)"/.exec(line)?.[1] : undefined;
    return path === undefined ? [] : [{ path, says: line.trim().slice(0, 300) }];
  });
  return [...new Map(found.map((d) => [d.path, d])).values()];
};
