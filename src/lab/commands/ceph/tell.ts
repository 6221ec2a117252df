import type { Osd } from '../../world/cluster.ts';
import type { LabNode } from '../../world/world.ts';
import { type Answer, error, type Request } from './command.ts';

const DELAY = 'osd_debug_inject_dispatch_delay_';
/** Options whose default the practice OSDs know; others are shown with an empty one. */
const DEFAULTS: Readonly<Record<string, string | number | boolean>> = {
  [`${DELAY}duration`]: 0.1,
  [`${DELAY}probability`]: 0,
  osd_client_message_cap: 256,
  osd_max_backfills: 1,
  osd_recovery_op_priority: 3,
  debug_osd: '1/5',
};

/** `tell osd.N …`, `tell osd.* …`: what running OSDs are told and say. An OSD that is down cannot be asked. */
export function tell({ call, cluster, words: [target = '', ...rest] }: Request): Answer {
  const all = target === 'osd.*';
  const osds = cluster.osds.filter((o) => all || target === `osd.${o.id}`);
  if (osds.length === 0) return error(22, `the practice cluster can tell only OSDs, and has no ${target}`);
  const answers = osds.map((osd) => {
    if (!osd.up) return { err: `Error ENXIO: problem getting command descriptions from osd.${osd.id}\n` };
    const said = answer(osd, rest, call.world.nodes.get(cluster.monName), cluster.config);
    return 'err' in said || !all ? said : { out: `osd.${osd.id}: ${said.out}` };
  });
  const failed = answers.find((a) => 'err' in a);
  return {
    out: answers.map((a) => a.out ?? '').join(''),
    ...(failed?.err !== undefined && { err: failed.err, errno: all && answers.some((a) => a.out) ? 6 : 22 }),
  };
}

function answer(
  osd: Osd,
  words: readonly string[],
  host: LabNode | undefined,
  config: ReadonlyMap<string, string>,
): { out: string; err?: undefined } | { err: string; out?: undefined } {
  const [first = '', second = '', name = '', value = ''] = words;
  if (first === 'injectargs') {
    const settings = [...words.join(' ').matchAll(/--?([a-z][\w-]*)[= ]+([\w./]+)/g)];
    for (const [, option, given] of settings) set(osd, (option as string).replaceAll('-', '_'), given as string);
    return settings.length > 0 ? { out: '{}\n' } : { err: 'Error EINVAL: injectargs: nothing to inject\n' };
  }
  const both = `${first} ${second}`;
  if (both === 'config set' && name !== '') {
    set(osd, name, value);
    return { out: '{\n    "success": ""\n}\n' };
  }
  if (both === 'config unset' && name !== '') {
    set(osd, name, undefined);
    return { out: '{\n    "success": ""\n}\n' };
  }
  if (both === 'config diff') return { out: document(diff(osd, config)) };
  if (first === 'perf' && second === 'dump') return { out: document(perfDump(osd, host)) };
  if (first === 'dump_historic_ops') return { out: document(history(osd, host)) };
  return { err: `Error EINVAL: the practice OSDs do not know ${words.join(' ')}\n` };
}

const document = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;

function set(osd: Osd, option: string, value: string | undefined): void {
  if (value === undefined) osd.overrides.delete(option);
  else osd.overrides.set(option, value);
  if (option === `${DELAY}probability`) osd.slowShare = Number(value ?? 0);
  if (option === `${DELAY}duration`) osd.slowMs = 1000 * Number(value ?? 0.1);
}

function diff(osd: Osd, config: ReadonlyMap<string, string>): unknown {
  const options: Record<string, unknown> = {
    auth_client_required: { default: 'cephx, none', file: 'cephx', final: 'cephx' },
    osd_max_backfills: { default: 1, file: 4, final: 4 },
  };
  for (const [key, value] of config) {
    const [who = '', option = ''] = key.split(' ');
    if (['global', 'osd', `osd.${osd.id}`].includes(who))
      options[option] = { default: DEFAULTS[option] ?? '', mon: value, final: value };
  }
  for (const [option, text] of osd.overrides) {
    const value = /^[\d.]+$/.test(text) ? Number(text) : text;
    options[option] = { default: DEFAULTS[option] ?? '', override: value, final: value };
  }
  return { diff: options };
}

/** Seconds that a request waits for a processor that systemd keeps from it. */
function starved(osd: Osd, host: LabNode | undefined): number {
  const { CPUQuota = '' } = host?.units.get(`ceph-osd@${osd.id}.service`)?.limits ?? {};
  const quota = Number(/^(\d+)%$/.exec(CPUQuota)?.[1] ?? 100);
  return quota < 50 ? 0.01 * (100 / quota) : 0;
}

/** Counters since the OSD started; each look finds thirty requests more. */
function perfDump(osd: Osd, host: LabNode | undefined): unknown {
  osd.served += 30;
  osd.servedSeconds += 30 * (0.0005 + (osd.slowShare * osd.slowMs) / 1000 + starved(osd, host));
  const both = { avgcount: osd.served / 2, sum: osd.servedSeconds / 2, avgtime: osd.servedSeconds / osd.served };
  return { osd: { op_wip: 0, op: osd.served, op_r_latency: both, subop_latency: both } };
}

/** Twenty requests of the last minutes: reads, replica writes and writes that wait for replicas. */
function history(osd: Osd, host: LabNode | undefined): unknown {
  const ops = Array.from({ length: 20 }, (_, i) => {
    const delay = (i + 1) / 20 <= osd.slowShare ? osd.slowMs / 1000 : 0;
    const own = 0.003 + (i % 5) * 0.004;
    const at = new Date(Date.now() - 1000 * (20 + i * 6)).toISOString().replace('Z', '+0000');
    const events = [
      { event: 'initiated', duration: 0 },
      { event: 'header_read', duration: 0.002 },
      { event: 'throttled', duration: 4294967295.9 },
      { event: 'dispatched', duration: 0.00001 },
      { event: 'queued_for_pg', duration: delay + starved(osd, host) },
      { event: 'reached_pg', duration: 0.0001 },
      { event: 'started', duration: own },
      ...(i % 2 === 0
        ? [
            { event: 'waiting for subops from 0,1', duration: 0.001 },
            { event: 'op_commit', duration: 0.002 },
            { event: 'sub_op_commit_rec', duration: 0.02 },
          ]
        : [{ event: 'commit sent; apply or cleanup', duration: 0.002 }]),
    ].map((e) => ({ ...e, time: at }));
    const duration = events.reduce((sum, e) => sum + (e.duration > 1e6 ? 0 : e.duration), 0);
    return {
      description: `osd_op(client.4${i}.0:${i} 1.${i % 10} 1:c97:::rbd_data.${i}:head [write] e30)`,
      initiated_at: at,
      age: 20 + i * 6,
      duration,
      type_data: {
        flag_point: 'commit sent; apply or cleanup',
        events: [...events, { event: 'done', time: at, duration }],
      },
    };
  });
  return { size: 20, duration: 600, ops };
}
