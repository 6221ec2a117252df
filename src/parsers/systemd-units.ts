// Id=glance-api.service … ActiveEnterTimestamp=Sun 2026-11-22 16:41:17 UTC   (systemctl show UNIT… -p …; blank line between units)
import type { Parser } from './parser.ts';
import { complaint, unparsed } from './parser.ts';

export interface SystemdUnit {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly restarts: number;
  readonly since: number;
  /** Of the unit file: `enabled`, `disabled`, `static` …; absent when it was not asked for. */
  readonly file_state?: string;
  /** Files its processes may have open; absent when it was not asked for. */
  readonly files?: number;
  /** What its command line says of a log file; empty when nothing. */
  readonly log_file: string;
  /** What systemd starts, with its arguments; empty when it was not asked for. */
  readonly command: string;
  /** Whom it runs as; empty for root, and when it was not asked for. */
  readonly user: string;
  /** Files that add to the package's own unit. */
  readonly drop_ins: readonly string[];
}

export const systemdUnits: Parser<readonly SystemdUnit[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  return answer.stdout.split(/\n\s*\n/).flatMap((block) => {
    const p = Object.fromEntries(
      block.split('\n').map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]),
    );
    if (!p.Id) return [];
    const started = Date.parse((p.ActiveEnterTimestamp ?? '').replace(/^\w{3} (\S+) (\S+) UTC$/, '$1T$2Z'));
    return [
      {
        name: p.Id.replace(/\.service$/, ''),
        load: p.LoadState ?? '',
        active: p.ActiveState ?? '',
        sub: p.SubState ?? '',
        result: p.Result ?? '',
        restarts: Number(p.NRestarts) || 0,
        log_file: /--log-?file[= ]([^\s;]+)/.exec(p.ExecStart ?? '')?.[1] ?? '',
        command: /argv\[\]=(.*?) ; /.exec(p.ExecStart ?? '')?.[1] ?? '',
        user: p.User ?? '',
        drop_ins: (p.DropInPaths ?? '').split(' ').filter((path) => path !== ''),
        since: Number.isNaN(started) ? 0 : started / 1000,
        ...(p.UnitFileState !== undefined && { file_state: p.UnitFileState }),
        ...(p.LimitNOFILE !== undefined && { files: Number(p.LimitNOFILE.replace('infinity', '1e15')) }),
      },
    ];
  });
};
