import { cleanPasted, type Pasted } from './clean.ts';

export const ENTITY_KINDS = [
  'volume',
  'snapshot',
  'backup',
  'server',
  'image',
  'request',
  'secret',
  'cluster',
  'pool',
  'client',
  'keyring',
  'host',
  'service',
  'errno',
  'uuid',
] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Something that a text names. `uuid`: nothing around it says of what. */
export interface Entity {
  readonly kind: EntityKind;
  readonly name: string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,62}';

/** The group that took part is the name. No pattern repeats a group, so that each costs time in proportion to the text. */
const RULES: readonly (readonly [EntityKind, RegExp])[] = [
  ['request', rule(`\\breq-(${UUID})`)],
  ['volume', rule(`\\bvolume-(${UUID})`)],
  ['snapshot', rule(`\\bsnapshot-(${UUID})`)],
  ['backup', rule(`\\bbackup[-.](${UUID})`)],
  ['server', rule(`\\b(${UUID})_disk`)],
  ['server', rule(`\\binstance:? \\(?(${UUID})`)],
  ['server', rule(`(?:\\bserver(?:s/| |[ _]id[:= ]{1,2})|\\binstance[ _](?:uu)?id[:= ]{1,2})'?(${UUID})`)],
  ['volume', rule(`\\bvolume(?:s/| |[ _]id[:= ]{1,2})'?(${UUID})`)],
  ['volume', rule(`\\battach(?:ed)?:? (?:volume )?(${UUID})`)],
  ['volume', rule(`\\b(?:Error scheduling|for resource|Failed to create volume) (${UUID})`)],
  ['image', rule(`\\bimage(?:s/| |[ _]id[:= ]{1,2})'?(${UUID})`)],
  ['snapshot', rule(`\\bsnapshot(?:s/| |[ _]id[:= ]{1,2})'?(${UUID})`)],
  ['backup', rule(`\\bbackup(?:s/| |[ _]id[:= ]{1,2})'?(${UUID})`)],
  ['secret', rule(`(?:\\b|_)secret(?:[ _]uuid)?[^\\n]{0,40}?'?(${UUID})`)],
  ['cluster', rule(`\\bfsid[ =:"]{1,4}(${UUID})`)],
  ['cluster', rule(`\\brbd://(${UUID})/`)],
  ['pool', rule(`\\bpool '(${NAME})'`)],
  ['pool', rule(`"pool": ?"(${NAME})"`)],
  ['pool', rule(`\\bpool=(${NAME})`)],
  ['pool', rule(`\\b(?:rbd_pool|images_rbd_pool|rbd_store_pool|backup_ceph_pool) ?= ?(${NAME})`)],
  ['pool', rule(`\\brbd [^\\n]{0,80}?(?:-p|--pool)[ =](${NAME})`)],
  ['pool', rule(`(?<![\\w./-])(${NAME})/(?:volume-)?${UUID}`)],
  ['pool', rule(`\\brbd://${UUID}/(${NAME})/`)],
  ['client', rule(`(?:^|[^\\w.])(?:\\w+\\.)?(client\\.[A-Za-z][A-Za-z0-9_-]{0,40})(?![\\w(])`)],
  ['client', rule(`(?:^|\\s)--id[ =]([A-Za-z][A-Za-z0-9_-]{0,40})`)],
  ['client', rule(`"user": ?"([A-Za-z][A-Za-z0-9_-]{0,40})"`)],
  ['client', rule(`\\b(?:rbd_user|rbd_store_user|backup_ceph_user) ?= ?([A-Za-z][A-Za-z0-9_-]{0,40})`)],
  ['keyring', rule(`(?<![\\w./-])(/[\\w./-]{1,200}\\.keyring)\\b`)],
  ['host', rule(`\\b(?:on|from|to) (?:host|node|compute) '?(${NAME})`)],
  ['host', rule(`\\b(?:host|hostname|node)[=:] ?'?(${NAME})`)],
  ['host', rule(`(?<![\\w.-])(${NAME})@${NAME}#`)],
  ['host', rule(`\\baddress '(${NAME})'`)],
  ['host', rule(`\\bserver at '(${NAME}):`)],
  ['host', rule(`"host": ?"(${NAME})"`)],
  ['host', rule(`\\b(?:for|of) (?:compute )?node (${NAME})\\b`)],
  [
    'service',
    rule(
      `\\b(?:ERROR|WARNING|CRITICAL|INFO|DEBUG|TRACE) (cinder\\.volume|cinder\\.backup|glance|nova\\.virt|nova\\.compute|nova\\.storage)[._]`,
    ),
  ],
  ['errno', rule(`\\berrno[ =:]{1,2}(\\d{1,3})\\b`)],
  ['errno', rule(`(?:\\((\\d{1,3})\\) [A-Z][a-z]|: \\((\\d{1,3})\\))`)],
];

function rule(source: string): RegExp {
  return new RegExp(source, 'gim');
}

/** What a text names, each once, the most telling kinds first. */
export const findEntities = (text: string): Entity[] => entitiesOf(cleanPasted(text));

const MAX_OF_A_KIND = 20;

export function entitiesOf({ lines, joined, hosts }: Pasted): Entity[] {
  const text = [...lines, ...joined].join('\n');
  const found = new Map<EntityKind, Set<string>>();
  const classified = new Set<string>();
  for (const [kind, pattern] of RULES) {
    const names = found.get(kind) ?? new Set<string>();
    found.set(kind, names);
    for (const match of text.matchAll(pattern)) {
      const name = tidy(kind, match[1] ?? match[2] ?? '');
      // The more telling rule came first: `volume-X` is a volume, whatever is said about X elsewhere.
      if (name === undefined || (isUuid(name) && classified.has(name))) continue;
      if (isUuid(name)) classified.add(name);
      if (names.size < MAX_OF_A_KIND) names.add(name);
    }
  }
  const places = found.get('host') ?? new Set<string>();
  for (const host of hosts) if (places.size < MAX_OF_A_KIND) places.add(host);
  found.set('host', places);
  const rest = [...text.matchAll(new RegExp(`\\b${UUID}\\b`, 'gi'))].map(([id]) => id.toLowerCase());
  found.set('uuid', new Set(rest.filter((id) => !classified.has(id)).slice(0, MAX_OF_A_KIND)));
  return ENTITY_KINDS.flatMap((kind) => [...(found.get(kind) ?? [])].map((name) => ({ kind, name })));
}

const isUuid = (name: string): boolean => name.length === 36 && new RegExp(`^${UUID}$`).test(name);

/** Names that are no names: words of a sentence, and what Python code calls things. */
const NOT_NAMES = new Set('a and for in is none not the with connect ioctx py'.split(' '));

/** Whose logger it is. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  'cinder.volume': 'cinder-volume',
  'cinder.backup': 'cinder-backup',
  glance: 'glance-api',
  'nova.compute': 'nova-compute',
  'nova.storage': 'nova-compute',
  'nova.virt': 'nova-compute',
};

function tidy(kind: EntityKind, raw: string): string | undefined {
  const name = raw.replace(/[.-]+$/, '');
  if (name === '') return undefined;
  if (kind === 'client') {
    const user = name.replace(/^client\./i, '');
    return NOT_NAMES.has(user) ? undefined : `client.${user}`;
  }
  if (kind === 'host') return NOT_NAMES.has(name.toLowerCase()) || name.startsWith('self.') ? undefined : name;
  if (kind === 'service') return SERVICE_OF[name.toLowerCase()];
  if (kind === 'pool') return name.toLowerCase() === 'v2' || isUuid(name.toLowerCase()) ? undefined : name;
  return kind === 'keyring' || kind === 'errno' ? name : name.toLowerCase();
}
