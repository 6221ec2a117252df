import { UNITS } from './identities.ts';
import { type OsloConfig, osloBool, osloOption } from './oslo.ts';

/** Where a service writes its log: the files to try, in order, then the journal of these units (names with blanks between). */
export interface LogSink {
  readonly paths: readonly string[];
  readonly units: string;
}

/**
 * Log files of a service: what its command line names (`--log-file` wins in oslo.log), what its configuration names, then where
 * packages put it: Debian's, RDO's, and those of containers as the host sees them. A service that is told to use the journal and
 * is given no file has none.
 */
export function logSink(
  service: string,
  oslo: OsloConfig | undefined,
  unit: { name: string; log_file: string } | undefined,
): LogSink {
  const units = unit?.name ?? (UNITS[service] ?? [service]).join(' ');
  if (unit?.log_file) return { paths: [unit.log_file], units };
  const option = (name: string): string => (oslo && osloOption(oslo, 'DEFAULT', name)?.value) ?? '';
  const folder = option('log_dir').replace(/\/$/, '');
  const file = option('log_file');
  if (file.startsWith('/')) return { paths: [file], units };
  if (folder && file) return { paths: [`${folder}/${file}`], units };
  if (folder) return { paths: [`${folder}/${service}.log`, ...standard(service)], units };
  return { paths: osloBool(option('use_journal')) ? [] : standard(service), units };
}

function standard(service: string): readonly string[] {
  const [project = service, part = service] = service.split('-');
  // RDO gives nova's files their full names and drops the project from the others.
  const short = project === 'nova' ? service : part;
  return [
    `/var/log/${project}/${service}.log`,
    `/var/log/${project}/${short}.log`,
    `/var/log/kolla/${project}/${service}.log`,
    `/var/log/containers/${project}/${service}.log`,
  ];
}
