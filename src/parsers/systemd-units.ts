// Id=glance-api.service … ActiveEnterTimestamp=Sun 2026-11-22 16:41:17 UTC   (systemctl show UNIT… -p …; blank line between units)
import type { Unit } from '../domain/services.ts';
import type { Parser } from './parser.ts';
import { complaint, unparsed } from './parser.ts';

/** A unit as systemd tells of it; what was not asked for is empty. */
export interface SystemdUnit extends Omit<Unit, 'from'> {
  /** Of the unit file: `enabled`, `disabled`, `static` …; absent when it was not asked for. */
  readonly file_state?: string;
  /** Files its processes may have open; absent when it was not asked for. */
  readonly files?: number;
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
