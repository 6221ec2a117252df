import { keyringPath } from '../ceph-client.ts';
import { type Call, fail, has, last, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
import { formatKeyring, newKey, parseKeyring } from '../world/cephx.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import { cephOption, type Option, parseIni } from '../world/ini.ts';
import { absolute, readInput } from './input.ts';

function conf(call: Call, path: string): readonly Option[] | string {
  try {
    return parseIni(readInput(call, path).toString());
  } catch (error) {
    if (error instanceof FileError) return `global_init: unable to open config file from search list ${path}\n`;
    return `global_init: error reading config file. parse error in ${path}\n`;
  }
}

/** Built-in values of the options a client asks for. */
const DEFAULTS: Readonly<Record<string, string>> = {
  auth_client_required: 'cephx, none',
  log_file: '',
  admin_socket: '/var/run/ceph/$cluster-$name.asok',
  rbd_default_features: 'layering,exclusive-lock,object-map,fast-diff,deep-flatten',
};

export const cephConf: Program = (call) => {
  const options = parseArguments(call.args, {
    '--name': 'name=', '-n': 'name=', '--id': 'id=', '-i': 'id=', '--conf': 'conf=', '-c': 'conf=', '--lookup': 'lookup=', '--show-config-value': 'show=', '-s': 'section=', '--section': 'section=',
    '-l': 'list=', '--list-sections': 'list=',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const id = last(options, 'id');
  const entity = id === undefined ? (last(options, 'name') ?? 'client.admin') : `client.${id}`;
  const read = conf(call, last(options, 'conf') ?? '/etc/ceph/ceph.conf');
  if (typeof read === 'string') return fail(1, read);
  const lookup = last(options, 'lookup') ?? options.rest[0];
  const list = last(options, 'list');
  if (list !== undefined) {
    const sections = [...new Set(read.map((o) => o.section))].filter((name) => name.startsWith(list)).sort();
    return ok(sections.map((name) => `${name}\n`).join(''));
  }
  const shown = last(options, 'show');
  if (shown !== undefined) {
    const value =
      shown === 'keyring' ? keyringPath(read, entity) : (cephOption(read, entity, shown) ?? DEFAULTS[shown]);
    return value === undefined ? unsupported(call, `the built-in value of ${shown}`) : ok(`${value}\n`);
  }
  if (lookup === undefined) return unsupported(call, 'this use (only --lookup and --show-config-value)');
  const value = cephOption(read, entity, lookup.replace(/[\s-]+/g, '_'));
  return value === undefined ? fail(1, '') : ok(`${value}\n`);
};

export const cephAuthtool: Program = (call) => {
  const options = parseArguments(call.args, {
    '-l': 'list', '--list': 'list', '-p': 'print', '--print-key': 'print', '--gen-print-key': 'gen', '-n': 'name=', '--name': 'name=', '-C': 'create',
    '--create-keyring': 'create', '-g': 'generate', '--gen-key': 'generate', '-a': 'add=', '--add-key': 'add=', '--cap': 'cap=',
  }, false); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (has(options, 'gen')) return ok(`${newKey(call.world.clock.now())}\n`);
  const path = options.rest[0];
  if (path === undefined) return fail(1, 'ceph-authtool: must specify filename\n');
  if (has(options, 'cap') || has(options, 'generate')) return unsupported(call, '--gen-key and --cap');
  const entity = last(options, 'name') ?? 'client.admin';
  let text = '';
  try {
    text = readInput(call, path).toString();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const errno = error.code === 'EACCES' ? 13 : 2;
    if (!has(options, 'create'))
      return fail(1, `can't open ${path}: can't open ${path}: (${errno}) ${STRERROR[error.code]}\n`);
  }
  const entries = has(options, 'create') ? [] : parseKeyring(text);
  if (has(options, 'list')) return ok(entries.map(formatKeyring).join(''));
  const found = entries.find((e) => e.entity === entity);
  if (has(options, 'print')) return found?.key ? ok(`${found.key}\n`) : fail(1, `entity ${entity} not found\n`);
  const key = last(options, 'add');
  const kept = entries.filter((e) => e.entity !== entity);
  const all = key === undefined ? entries : [...kept, { entity, key, caps: found?.caps ?? {} }];
  call.node.files.write(call.identity, absolute(call, path), all.map(formatKeyring).join(''), false, 0o600);
  return ok(has(options, 'create') ? `creating ${path}\n` : `added entity ${entity} auth(key=${key})\n`);
};
