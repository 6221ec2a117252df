import type { Answer, Question } from '../domain/question.ts';
import { ROLES, type Role } from '../domain/site.ts';
import { said } from './look.ts';
import { parseEnabled, parseUnits, roleOfUnit, UNIT_PATTERNS, type UnitState } from './units.ts';

const SYSTEMCTL = ['systemctl', '--no-pager', '--plain', '--no-legend', '--type=service'] as const;

/** Asked first, as the login user: who the machine is, and which services it has. */
export const IDENTITY_QUESTIONS: readonly Question[] = [
  { id: 'uid', argv: ['id', '-u'], deadline: 10 },
  { id: 'hostname', argv: ['uname', '-n'], deadline: 10 },
  { id: 'machine-id', argv: ['cat', '/etc/machine-id'], deadline: 10 },
  { id: 'units', argv: [...SYSTEMCTL, '--all', 'list-units', ...UNIT_PATTERNS], deadline: 15 },
  { id: 'enabled', argv: [...SYSTEMCTL, '--state=enabled', 'list-unit-files', ...UNIT_PATTERNS], deadline: 15 },
];

/** Asked second, as root: files that only root may see. `find` leaves with 1 when a folder is absent and still prints the rest. */
export const FILE_QUESTIONS: readonly Question[] = [
  {
    id: 'files',
    // biome-ignore format: one find, read as one line
    argv: [
      'find', '/etc/ceph', '/etc/glance', '/etc/cinder', '/etc/nova', '-maxdepth', '1', '-type', 'f', '-size', '+0',
      '(', '-name', '*.client.admin.keyring', '-o', '-name', 'glance-api.conf', '-o', '-name', 'cinder.conf',
      '-o', '-name', 'nova.conf', ')', '-print',
    ],
    as: 'root',
    deadline: 10,
  },
];

export interface RoleReason {
  readonly role: Role;
  /** `unit glance-api.service is active`. */
  readonly because: string;
}

export interface Decision {
  readonly roles: readonly RoleReason[];
  /** What was seen and gave no role, and what could not be seen. */
  readonly notes: readonly string[];
}

/** The roles of a machine from what it answered. */
export function decideRoles(answers: ReadonlyMap<string, Answer>): Decision {
  const units = parseUnits(said(answers, 'units') ?? '');
  const enabled = parseEnabled(said(answers, 'enabled') ?? '');
  const files = (said(answers, 'files') ?? '').split('\n').filter((path) => path !== '');
  const reasons = new Map<Role, string>();
  const notes: string[] = [];

  for (const unit of units) {
    const role = roleOfUnit(unit.unit);
    if (!role) continue;
    const works = working(unit, enabled);
    if (works) reasons.set(role, better(reasons.get(role), `unit ${unit.unit} ${works}`));
    else notes.push(`unit ${unit.unit} is ${unit.active} and not enabled: not counted`);
  }
  const listed = new Set(units.map((u) => u.unit));
  for (const unit of enabled) {
    const role = roleOfUnit(unit);
    if (role && !unit.includes('@.') && !listed.has(unit) && !reasons.has(role)) {
      reasons.set(role, `unit ${unit} is enabled, but not running`);
    }
  }
  const admin = files.find((path) => path.endsWith('.client.admin.keyring'));
  if (admin) reasons.set('ceph-admin', `${admin} is there`);
  notes.push(...leftOver(files, reasons), ...unseen(answers));
  return {
    roles: ROLES.flatMap((role) => {
      const because = reasons.get(role);
      return because === undefined ? [] : [{ role, because }];
    }),
    notes,
  };
}

/** A service that is meant to run here counts, also when it is down: it may be what is broken. */
function working(unit: UnitState, enabled: ReadonlySet<string>): string | undefined {
  if (unit.load === 'masked' || unit.load === 'not-found') return undefined;
  if (unit.active === 'active') return 'is active';
  if (unit.active !== 'inactive') return `is ${unit.active} (${unit.sub})`;
  const template = unit.unit.replace(/@.*\.service$/, '@.service');
  return enabled.has(unit.unit) || enabled.has(template) ? 'is enabled, but not running' : undefined;
}

/** With several OSDs on a machine, one that runs says more than one that does not. */
const better = (before: string | undefined, now: string): string =>
  before === undefined || (!before.endsWith('is active') && now.endsWith('is active')) ? now : before;

const CONFIGS: readonly (readonly [file: string, project: string])[] = [
  ['/etc/glance/glance-api.conf', 'glance-'],
  ['/etc/cinder/cinder.conf', 'cinder-'],
  ['/etc/nova/nova.conf', 'nova-'],
];

function leftOver(files: readonly string[], reasons: ReadonlyMap<Role, string>): string[] {
  return CONFIGS.flatMap(([file, project]) =>
    files.includes(file) && ![...reasons.keys()].some((role) => role.startsWith(project))
      ? [`${file} is there, but no ${project}… unit: add the role if a web server or a container runs it`]
      : [],
  );
}

function unseen(answers: ReadonlyMap<string, Answer>): string[] {
  const units = answers.get('units');
  const files = answers.get('files');
  return [
    ...(units?.result === 'lost' ? [`its services could not be listed: ${units.detail}`] : []),
    ...(units?.result === 'exited' && units.code !== 0
      ? [`its services could not be listed: ${units.stderr.trim().split('\n')[0] ?? ''} (exit code ${units.code})`]
      : []),
    ...(files?.result === 'lost'
      ? [`files of root could not be seen, so ceph-admin is not known: ${files.detail}`]
      : []),
    ...(files?.result === 'exited' && files.code > 1
      ? [`files of root could not be seen, so ceph-admin is not known (exit code ${files.code})`]
      : []),
  ];
}
