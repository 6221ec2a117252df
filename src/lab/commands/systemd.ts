import { startUnit, stopUnit } from '../services.ts';
import {
  type Call,
  fail,
  hang,
  has,
  last,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../shell/program.ts';
import { journalTime, systemdAge, systemdTime } from '../world/clock.ts';
import type { JournalLine, Unit } from '../world/units.ts';
import { unitName } from '../world/units.ts';
import { isActive } from '../world/world.ts';

const PROPERTIES = [
  'Type', 'Restart', 'MainPID', 'Result', 'UID', 'GID', 'NRestarts', 'ExecMainStatus', 'Id', 'Names', 'Description', 'LoadState',
  'ActiveState', 'SubState', 'FragmentPath', 'UnitFileState', 'UnitFilePreset', 'CPUQuotaPerSecUSec', 'LimitNOFILE', 'User', 'DropInPaths', 'ActiveEnterTimestamp', 'InactiveEnterTimestamp',
]; // biome-ignore format: a list, in systemd's order

/** Open files that the packages' units allow. */
const LIMITS: Readonly<Record<string, number>> = { 'libvirtd.service': 8192, 'nova-compute.service': 65_535 };

/** Services whose main process has one of its own beside it. */
const WORKERS: ReadonlySet<string> = new Set(['glance-api.service', 'cinder-volume.service', 'cinder-backup.service']);

function property(unit: Unit | undefined, id: string, name: string): string {
  const at = (t: Date | undefined): string => (t ? systemdTime(t) : '');
  const path = unit && `/lib/systemd/system/${unit.template ?? unit.name}`;
  switch (name) {
    case 'Type':
      return 'simple';
    case 'Restart':
      return unit ? 'on-failure' : 'no';
    case 'MainPID':
      return String(unit?.mainPid ?? 0);
    case 'Result':
      return unit?.result ?? 'success';
    case 'UID':
    case 'GID':
      return '[not set]';
    case 'NRestarts':
      return String(unit?.restarts ?? 0);
    case 'ExecMainStatus':
      return String(unit?.exitStatus ?? 0);
    case 'Id':
    case 'Names':
      return id;
    case 'Description':
      return unit?.description ?? id;
    case 'LoadState':
      return unit?.masked ? 'masked' : unit ? 'loaded' : 'not-found';
    case 'ActiveState':
      return unit?.active ?? 'inactive';
    case 'SubState':
      return unit?.sub ?? 'dead';
    case 'FragmentPath':
      return path ?? '';
    case 'UnitFileState':
      return fileState(unit);
    case 'CPUQuotaPerSecUSec': {
      const quota = /^(\d+)%$/.exec(unit?.limits?.CPUQuota ?? '')?.[1];
      return quota === undefined ? 'infinity' : `${Number(quota) * 10}ms`;
    }
    case 'User':
      return /^(glance|cinder|nova)-/.exec(unit?.name ?? '')?.[1] ?? '';
    case 'LimitNOFILE':
      return String(unit ? (LIMITS[unit.name] ?? 524_288) : 20_000);
    case 'UnitFilePreset':
      return unit ? 'enabled' : '';
    default:
      return name === 'ActiveEnterTimestamp' ? at(unit?.entered) : '';
  }
}

/** `UnitFileState`; empty for a unit that is not there. */
function fileState(unit: Unit | undefined): string {
  if (unit?.masked) return unit.masked === 'runtime' ? 'masked-runtime' : 'masked';
  return unit ? (unit.enabled ? 'enabled' : 'disabled') : '';
}

/** A pattern stands for the loaded units that match it. */
const matching = (call: Call, name: string): readonly string[] =>
  name.includes('*') ? [...call.node.units.keys()].filter((u) => likePattern(unitName(name)).test(u)) : [name];

function show(call: Call, names: readonly string[], wanted: readonly string[], bare: boolean): Result {
  const asked = new Set(wanted.flatMap((w) => w.split(',')));
  const list = PROPERTIES.filter((p) => asked.size === 0 || asked.has(p));
  const blocks = names
    .flatMap((name) => matching(call, name))
    .map((name) => {
      const id = unitName(name);
      const unit = call.node.units.get(id);
      return list.map((p) => `${bare ? '' : `${p}=`}${property(unit, id, p)}\n`).join('');
    });
  return ok(blocks.join('\n'));
}

function status(call: Call, names: readonly string[]): Result {
  let stdout = '';
  let stderr = '';
  let code = 0;
  for (const name of names) {
    const unit = call.node.units.get(unitName(name));
    if (!unit) {
      stderr += `Unit ${unitName(name)} could not be found.\n`;
      code = 4;
      continue;
    }
    if (unit.active !== 'active') code = Math.max(code, 3);
    stdout += (stdout ? '\n' : '') + statusOf(call, unit);
  }
  return { code, stdout, stderr };
}

function statusOf(call: Call, unit: Unit): string {
  const now = call.world.clock.now();
  const since = unit.entered ?? now;
  const dot = unit.active === 'active' ? '●' : unit.active === 'failed' ? '×' : '○';
  const state = unit.enabled ? 'enabled' : 'disabled';
  const path = `/lib/systemd/system/${unit.template ?? unit.name}`;
  const short = unit.name.replace(/\.service$/, '');
  const lines = [
    `${dot} ${unit.name} - ${unit.description}`,
    `     Loaded: loaded (${path}; ${state}; preset: enabled)`,
    `     Active: ${unit.active} (${unit.sub}) since ${systemdTime(since)}; ${systemdAge((now.getTime() - since.getTime()) / 1000)}`,
    `       Docs: man:${short}(1)`,
  ];
  if (unit.mainPid > 0) {
    lines.push(
      `   Main PID: ${unit.mainPid} (${short.slice(0, 15)})`,
      '        CPU: 2.797s',
      `     CGroup: /system.slice/${unit.name}`,
    );
    const pids = WORKERS.has(unit.name) ? [unit.mainPid, unit.mainPid + 1] : [unit.mainPid];
    if (unit.commandLine)
      lines.push(...pids.map((pid, i) => `             ${i < pids.length - 1 ? '├' : '└'}─${pid} ${unit.commandLine}`));
  }
  const journal = call.node.journal.filter((l) => l.unit === unit.name).slice(-10);
  const tail = journal.length > 0 ? `\n${journal.map((l) => journalText(call, l)).join('')}` : '';
  return `${lines.join('\n')}\n${tail}`;
}

const journalText = (call: Call, line: JournalLine): string =>
  `${journalTime(line.at)} ${call.node.name} ${line.tag}[${line.pid}]: ${line.text}\n`;

function change(call: Call, verb: string, names: readonly string[]): Result {
  if (call.identity.uid !== 0) {
    return fail(
      1,
      names
        .map(
          (n) =>
            `Failed to ${verb} ${unitName(n)}: Access denied\nSee system logs and 'systemctl status ${unitName(n)}' for details.\n`,
        )
        .join(''),
    );
  }
  let stderr = '';
  const known: string[] = [];
  for (const name of names) {
    const unit = call.node.units.get(unitName(name));
    if (!unit) {
      stderr += `Failed to ${verb} ${unitName(name)}: Unit ${unitName(name)} ${verb === 'stop' ? 'not loaded' : 'not found'}.\n`;
      continue;
    }
    if (verb !== 'stop' && unit.masked) {
      stderr += `Failed to ${verb} ${unit.name}: Unit ${unit.name} is masked.\n`;
      continue;
    }
    if (verb !== 'stop' && refusesSocket(call, unit.name)) {
      stderr += `Job for ${unit.name} failed.\nSee "systemctl status ${unit.name}" and "journalctl -xeu ${unit.name}" for details.\n`;
      continue;
    }
    known.push(unit.name);
    if (verb !== 'start') stopUnit(call.world, call.node, unit.name);
  }
  // Sockets come before the services they start, as systemd orders them.
  if (verb !== 'stop')
    for (const name of known.toSorted((a, b) => Number(b.endsWith('.socket')) - Number(a.endsWith('.socket')))) {
      startUnit(call.world, call.node, name);
    }
  return { code: stderr ? 5 : 0, stdout: '', stderr };
}

function mask(call: Call, verb: string, names: readonly string[], how: { now: boolean; runtime: boolean }): Result {
  if (call.identity.uid !== 0) return fail(1, `Failed to ${verb} unit: Access denied\n`);
  const done = names.flatMap((name) => {
    const unit = call.node.units.get(unitName(name));
    const kind = how.runtime ? 'runtime' : 'lasting';
    // The one kind is neither given nor taken with the other.
    if (unit === undefined || unit.masked !== (verb === 'mask' ? undefined : kind)) return [];
    if (verb === 'mask') unit.masked = kind;
    else delete unit.masked;
    const link = `${how.runtime ? '/run' : '/etc'}/systemd/system/${unit.name}`;
    return [unit.masked ? `Created symlink ${link} → /dev/null.\n` : `Removed "${link}".\n`];
  });
  if (how.now && verb === 'mask') change(call, 'stop', names);
  return ok('', done.join(''));
}

/** A socket cannot be opened for a service that runs already. */
function refusesSocket({ node }: Call, name: string): boolean {
  const service = /^(libvirtd)(-tcp|-tls)?\.socket$/.exec(name)?.[1];
  return service !== undefined && !isActive(node, name) && isActive(node, `${service}.service`);
}

function isWhat(call: Call, names: readonly string[], quiet: boolean, verb: string): Result {
  const states = names.map((n) => {
    const unit = call.node.units.get(unitName(n));
    return verb === 'is-enabled' ? fileState(unit) : (unit?.active ?? 'inactive');
  });
  const good = verb === 'is-active' ? 'active' : verb === 'is-failed' ? 'failed' : 'enabled';
  const stdout = quiet ? '' : states.map((s) => (s ? `${s}\n` : '')).join('');
  const missing = names
    .filter((_, i) => states[i] === '')
    .map((n) => `Failed to get unit file state for ${unitName(n)}: No such file or directory\n`);
  return { code: states.includes(good) ? 0 : verb === 'is-active' ? 3 : 1, stdout, stderr: missing.join('') };
}

export const systemctl: Program = async (call) => {
  const options = parseArguments(call.args, {
    '-p': 'property=', '--property': 'property=', '--value': 'value', '-q': 'quiet', '--quiet': 'quiet', '--no-pager': 'x', '-l': 'x',
    '--full': 'x', '-n': 'lines=', '--lines': 'lines=', '--now': 'now', '--no-block': 'x', '--type': 'type=', '--no-legend': 'bare',
    '--plain': 'x', '-a': 'all', '--all': 'all', '--state': 'state=', '--runtime': 'runtime',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const [verb = 'list-units', ...names] = options.rest;
  switch (verb) {
    case 'show':
      return show(call, names, options.values.get('property') ?? [], has(options, 'value'));
    case 'status':
      return status(call, names);
    case 'is-active':
    case 'is-failed':
    case 'is-enabled':
      return isWhat(call, names, has(options, 'quiet'), verb);
    case 'start':
    case 'stop':
    case 'restart':
    case 'try-restart':
      return change(call, verb, names);
    case 'enable':
    case 'disable': {
      for (const name of names) {
        const unit = call.node.units.get(unitName(name));
        if (!unit) return fail(1, `Failed to ${verb} unit: Unit file ${unitName(name)} does not exist.\n`);
        unit.enabled = verb === 'enable';
      }
      return has(options, 'now') ? change(call, verb === 'enable' ? 'start' : 'stop', names) : ok();
    }
    case 'mask':
    case 'unmask':
      return mask(call, verb, names, { now: has(options, 'now'), runtime: has(options, 'runtime') });
    case 'set-property': {
      const [name = '', ...properties] = names;
      const unit = call.node.units.get(unitName(name));
      if (!unit)
        return fail(1, `Failed to set unit properties on ${unitName(name)}: Unit ${unitName(name)} not found.\n`);
      for (const [key = '', value = ''] of properties.map((p) => p.split('=')))
        unit.limits = { ...unit.limits, [key]: value };
      return ok();
    }
    case 'reset-failed':
    case 'daemon-reload':
      return ok();
    case 'cat':
      return unsupported(call, 'cat: unit files are not kept');
    case 'list-units':
      return listUnits(call, names);
    default:
      return fail(1, `Unknown command verb ${verb}.\n`);
  }
};

function listUnits(call: Call, patterns: readonly string[]): Result {
  const like = patterns.map(likePattern);
  const units = [...call.node.units.values()].filter(
    (u) => u.active !== 'inactive' && (like.length === 0 || like.some((l) => l.test(u.name))),
  );
  const width = Math.max(0, ...units.map((u) => u.name.length));
  return ok(units.map((u) => `  ${u.name.padEnd(width)} loaded ${u.active} ${u.sub} ${u.description}\n`).join(''));
}

const likePattern = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.@]/g, '\\$&').replaceAll('*', '.*')}$`);

const RING = '/dev/kmsg';

/** What was written to /dev/kmsg since the practice began: the kernel says nothing else here. Ends with 1 when nothing matches. */
function kernelLog(call: Call, pattern: string | undefined): Result {
  const written = call.node.files.tryFind(call.node.root, RING) ? call.node.files.read(call.node.root, RING) : '';
  const like = new RegExp(pattern ?? '');
  const lines = written
    .toString()
    .split('\n')
    .filter((l) => l !== '' && like.test(l));
  return lines.length === 0 && pattern !== undefined
    ? { code: 1, stdout: '', stderr: '' }
    : ok(lines.map((l) => `${l}\n`).join(''));
}

export const journalctl: Program = async (call) => {
  const options = parseArguments(call.args, {
    '-u': 'unit=', '--unit': 'unit=', '-n': 'lines=', '--lines': 'lines=', '--no-pager': 'x', '-o': 'output=', '--output': 'output=',
    '-q': 'quiet', '--quiet': 'quiet', '-r': 'reverse', '-p': 'priority=', '--since': 'since=', '-S': 'since=', '-e': 'x', '-g': 'grep=', '-x': 'x', '-b': 'x', '-f': 'follow', '--follow': 'follow', '-k': 'kernel', '--dmesg': 'kernel',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (call.identity.uid !== 0)
    return ok('-- No entries --\n', 'Hint: You are currently not seeing messages from other users and the system.\n');
  const output = last(options, 'output') ?? 'short';
  if (!['short', 'cat', 'short-unix'].includes(output)) return unsupported(call, `the output ${output}`);
  if (has(options, 'kernel')) return kernelLog(call, last(options, 'grep'));
  const units = (options.values.get('unit') ?? []).map(unitName).map(likePattern);
  let lines = call.node.journal.filter((l) => units.length === 0 || units.some((u) => u.test(l.unit)));
  const pattern = last(options, 'grep');
  if (pattern !== undefined) lines = lines.filter((l) => l.text.toLowerCase().includes(pattern.toLowerCase()));
  const since = last(options, 'since');
  if (since !== undefined) {
    const seconds = /^-?(\d+) ?(s|sec|min|m|h)( ago)?/.exec(since);
    const from = seconds
      ? call.world.clock.now().getTime() -
        Number(seconds[1]) * { s: 1, sec: 1, m: 60, min: 60, h: 3600 }[seconds[2] as 's'] * 1000
      : Date.parse(`${since} UTC`);
    if (Number.isNaN(from)) return unsupported(call, `--since ${since}`);
    lines = lines.filter((l) => l.at.getTime() >= from);
  }
  const count = last(options, 'lines') ?? (has(options, 'follow') ? '10' : undefined);
  if (count !== undefined && count !== 'all') lines = lines.slice(-Number(count));
  if (has(options, 'reverse')) lines = [...lines].reverse();
  if (lines.length === 0 && !has(options, 'follow')) return ok(has(options, 'quiet') ? '' : '-- No entries --\n');
  const shown = (l: JournalLine): string => {
    if (output === 'cat') return `${l.text}\n`;
    if (output === 'short') return journalText(call, l);
    return `${(l.at.getTime() / 1000).toFixed(6)} ${call.node.name} ${l.tag}[${l.pid}]: ${l.text}\n`;
  };
  const stdout = lines.map(shown).join('');
  // Whoever follows waits for lines that come later, until ended.
  return has(options, 'follow') ? { ...(await hang(call)), stdout } : ok(stdout);
};
