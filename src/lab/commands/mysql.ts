import { fail, ok, type Program } from '../shell/program.ts';
import { lastBeat } from '../world/service-beat.ts';
import { isActive, type World } from '../world/world.ts';

type Rows = readonly (readonly (string | number)[])[];

const grouped = (hosts: readonly string[]): Rows =>
  [...Map.groupBy(hosts, (h) => h)].map(([host, all]) => [host, all.length]);

const workers = (world: World, project: string): Rows =>
  world.cloud.services
    .filter((s) => s.binary.startsWith(project))
    .map((s) => {
      const age = Math.floor((world.clock.now().getTime() - lastBeat(world, s).getTime()) / 1000);
      return [s.binary, s.host, s.status === 'disabled' ? 1 : 0, 0, age, ''];
    });

/** What a table of the clouds' databases holds, as far as somebody asks for it; each row begins with the word that the query begins with. */
const TABLES: readonly (readonly [from: RegExp, rows: (world: World) => Rows])[] = [
  [/ from cinder\.services /, (world) => workers(world, 'cinder')],
  [/ from nova\.services /, (world) => workers(world, 'nova')],
  [
    / from cinder\.volumes /,
    (world) => grouped(world.cloud.volumes.flatMap((v) => (v.host ? [v.host.replace(/#.*$/, '')] : []))),
  ],
  [/ from nova\.instances /, (world) => grouped(world.cloud.servers.flatMap((s) => s.host || []))],
  [/ from cinder\.volume_types /, (world) => world.cloud.volumeTypes.map((t) => [t.name])],
  [
    / from cinder\.volume_type_extra_specs /,
    (world) =>
      world.cloud.volumeTypes.flatMap((t) =>
        t.properties.volume_backend_name ? [[t.name, t.properties.volume_backend_name]] : [],
      ),
  ],
];

/** The client of MariaDB, for root and the questions that a look asks. */
export const mysql: Program = (call) => {
  const text = call.args[call.args.indexOf('-e') + 1] ?? '';
  const statements = text.split(';').map((s) => `${s.replace(/\s+/g, ' ').trim()} `);
  if (!call.args.includes('-N') || statements.some((s) => !/^(SET SESSION|select "|$|\s)/.test(s)))
    return fail(127, 'mysql: the practice cluster answers only what `inkling check` asks of its database\n');
  if (call.identity.uid !== 0 || !isActive(call.node, 'mariadb.service'))
    return fail(1, "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)\n");
  const lines = statements.flatMap((statement) => {
    const [, first = ''] = /^select "([a-z-]+)"/.exec(statement) ?? [];
    const rows = TABLES.find(([from]) => from.test(statement))?.[1](call.world) ?? [];
    return rows.map((row) => `${[first, ...row].join('\t')}\n`);
  });
  return ok(lines.join(''));
};
