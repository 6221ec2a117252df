import { randomUUID } from 'node:crypto';
import {
  type Call,
  fail,
  has,
  last,
  type Options,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../shell/program.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import { nodeAt, reach, resolve } from '../world/network.ts';
import { removeStoredSecret, secretXml, storeSecret } from '../world/secrets.ts';
import { type Hypervisor, isActive, type LabNode, type Secret } from '../world/world.ts';
import { readInput } from './input.ts';
import { DOMAIN_VERBS } from './virsh-domains.ts';

/** virsh ends every answer with an empty line, its errors too. */
export const trouble = (...lines: string[]): Result => fail(1, lines.map((l) => `error: ${l}\n`).join(''), '\n');

const SPEC = {
  '-c': 'connect=', '--connect': 'connect=', '-r': 'readonly', '--readonly': 'readonly', '-q': 'quiet', '--quiet': 'quiet', '--secret': 'secret=',
  '--base64': 'base64=', '--file': 'file=', '--plain': 'plain', '--interactive': 'interactive', '--all': 'all', '--name': 'name', '--uuid': 'uuid',
}; // biome-ignore format: a table

export interface Job {
  readonly call: Call;
  readonly options: Options;
  readonly node: LabNode;
  readonly hypervisor: Hypervisor;
}

export const virsh: Program = async (call) => {
  const options = parseArguments(call.args, SPEC, false);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const [verb] = options.rest;
  const target = await connection(call, last(options, 'connect') ?? 'qemu:///system');
  if ('code' in target) return target;
  const run = VERBS[verb ?? ''];
  if (!run) return fail(1, `error: unknown command: '${verb ?? ''}'\n`);
  return run({ call, options, ...target });
};

async function connection(call: Call, uri: string): Promise<{ node: LabNode; hypervisor: Hypervisor } | Result> {
  const failed = 'failed to connect to the hypervisor';
  const host = /^qemu\+tcp:\/\/([^/:]+)(?::(\d+))?\/system$/.exec(uri);
  if (host?.[1] !== undefined) {
    const port = Number(host[2] ?? 16_509);
    const met = reach(call.world, call.node, host[1], port);
    const at = `unable to connect to server at '${host[1]}:${port}'`;
    if (met === 'unknown-name')
      return trouble(
        failed,
        `Unable to resolve address '${host[1]}' service '${port}': Temporary failure in name resolution`,
      );
    if (met === 'refused') return trouble(failed, `${at}: Connection refused`);
    const node = nodeAt(call.world, call.node, resolve(call.node, host[1]) ?? '');
    if (met === 'silent' || !node?.hypervisor) {
      if (!(await call.wait(3.07))) return fail(143, '');
      return trouble(failed, `${at}: No route to host`);
    }
    if (node.hypervisor.authTcp !== 'none')
      return trouble(
        failed,
        'authentication failed: Failed to start SASL negotiation: -4 (SASL(-4): no mechanism available: No worthy mechs found)',
      );
    return { node, hypervisor: node.hypervisor };
  }
  if (/^qemu\+tls:/.test(uri))
    return trouble(failed, "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory");
  if (uri !== 'qemu:///system') return unsupported(call, `the connection ${uri}`);
  const { node } = call;
  const may = call.identity.uid === 0 || call.identity.groups.includes(node.accounts.group('libvirt')?.gid ?? -1);
  if (!may)
    return trouble(
      failed,
      `Cannot create user runtime directory '${call.identity.home}/.cache/libvirt': Permission denied`,
    );
  const socket = isActive(node, 'libvirtd.socket') || isActive(node, 'libvirtd.service');
  if (!node.hypervisor || !socket)
    return trouble(failed, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory");
  return { node, hypervisor: node.hypervisor };
}

function secretOf({ options, hypervisor }: Job): Secret | Result {
  const uuid = last(options, 'secret') ?? options.rest[1];
  if (uuid === undefined) return fail(1, `error: command '${options.rest[0]}' requires <secret> option\n`);
  const secret = hypervisor.secrets.get(uuid);
  if (secret) return secret;
  const known = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(uuid);
  return trouble(
    `failed to get secret '${uuid}'`,
    known
      ? `Secret not found: no secret with matching uuid '${uuid}'`
      : `invalid argument: secret uuid '${uuid}' is not valid`,
  );
}

function list({ options, hypervisor }: Job): Result {
  const rows = [...hypervisor.secrets.values()]
    .sort((a, b) => (a.uuid < b.uuid ? -1 : 1))
    .map((s) => [s.uuid, `ceph ${s.usage}`] as const);
  const lines = rows.map(([uuid, usage]) => ` ${uuid}   ${usage}\n`).join('');
  if (has(options, 'quiet')) return ok(lines);
  const width = Math.max(0, ...rows.map(([, usage]) => usage.length));
  return ok(
    ` UUID                                   Usage\n${'-'.repeat(rows.length === 0 ? 47 : 42 + width)}\n${lines}\n`,
  );
}

function getValue(job: Job): Result {
  const secret = secretOf(job);
  if ('code' in secret) return secret;
  if (has(job.options, 'readonly')) return trouble('operation forbidden: read only access prevents virSecretGetValue');
  if (secret.isPrivate) return trouble('Requested operation is not valid: secret is private');
  if (!secret.value) return trouble(`Secret not found: secret '${secret.uuid}' does not have a value`);
  if (has(job.options, 'plain')) return { code: 0, stdout: secret.value.toString('latin1'), stderr: '', bytes: true };
  return ok(`${secret.value.toString('base64')}\n`);
}

/** In memory, and on disk unless it is ephemeral. */
function keep({ node }: Job, secret: Secret, value: Buffer): void {
  secret.value = value;
  storeSecret(node, secret);
}

function setValue(job: Job): Result {
  const { options, call } = job;
  const secret = secretOf(job);
  if ('code' in secret) return secret;
  const given = last(options, 'base64') ?? (has(options, 'secret') ? options.rest[1] : options.rest[2]);
  const file = last(options, 'file');
  let warning = '';
  let encoded: string;
  if (file !== undefined) {
    try {
      const bytes = readInput(call, file);
      if (has(options, 'plain')) {
        keep(job, secret, bytes);
        return ok('Secret value set\n\n');
      }
      encoded = bytes.toString('latin1');
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return trouble(`Failed to open file '${file}': ${STRERROR[error.code]}`);
    }
  } else if (given !== undefined && given !== '') {
    warning = 'error: Passing secret value as command-line argument is insecure!\n';
    encoded = given;
  } else
    return given === ''
      ? trouble("Failed to get option 'base64': Option argument is empty")
      : fail(1, 'error: Input secret value is missing\n', '\n');
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(encoded))
    return { code: 1, stdout: '\n', stderr: `${warning}error: Failed to decode base64 data\n` };
  keep(job, secret, Buffer.from(encoded, 'base64'));
  return ok('Secret value set\n\n', warning);
}

function define({ options, call, node, hypervisor }: Job): Result {
  const path = last(options, 'file') ?? options.rest[1];
  if (path === undefined) return fail(1, "error: command 'secret-define' requires <file> option\n");
  let read: string;
  try {
    read = readInput(call, path).toString();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return trouble(`Failed to open file '${path}': ${STRERROR[error.code]}`);
  }
  const text = read.replace(/<!--[\s\S]*?-->/g, '');
  const usage = /<usage\s+type=['"]ceph['"]>\s*<name>([^<]+)<\/name>/.exec(text)?.[1];
  if (usage === undefined || !/<secret\b/.test(text))
    return trouble(
      `Failed to set attributes from ${path}`,
      "XML error: the practice cluster reads only <usage type='ceph'>",
    );
  const uuid = /<uuid>\s*([^<\s]+)\s*<\/uuid>/.exec(text)?.[1] ?? randomUUID();
  const other = [...hypervisor.secrets.values()].find((s) => s.usage === usage && s.uuid !== uuid);
  if (other)
    return trouble(
      `Failed to set attributes from ${path}`,
      `internal error: a secret with UUID ${other.uuid} already defined for use with ${usage}`,
    );
  const known = hypervisor.secrets.get(uuid);
  if (known && known.usage !== usage)
    return trouble(
      `Failed to set attributes from ${path}`,
      `internal error: a secret with UUID ${uuid} is already defined for use with ${known.usage}`,
    );
  const yes = (name: string): boolean => new RegExp(`<secret[^>]*\\b${name}=['"]yes['"]`).test(text);
  const secret: Secret = {
    uuid,
    usage,
    isPrivate: yes('private'),
    isEphemeral: yes('ephemeral'),
    ...(known?.value && { value: known.value }),
  };
  hypervisor.secrets.set(uuid, secret);
  if (secret.isEphemeral && known) removeStoredSecret(node, uuid);
  storeSecret(node, secret);
  return ok(`Secret ${uuid} created\n\n`);
}

const VERBS: Readonly<Record<string, (job: Job) => Result>> = {
  'secret-list': list,
  'secret-dumpxml': (job) => {
    const secret = secretOf(job);
    return 'code' in secret ? secret : ok(`${secretXml(secret)}\n`);
  },
  'secret-get-value': getValue,
  'secret-set-value': setValue,
  'secret-define': define,
  'secret-undefine': (job) => {
    const secret = secretOf(job);
    if ('code' in secret) return secret;
    job.hypervisor.secrets.delete(secret.uuid);
    removeStoredSecret(job.node, secret.uuid);
    return ok(`Secret ${secret.uuid} deleted\n\n`);
  },
  ...DOMAIN_VERBS,
  hostname: ({ node }) => ok(`${node.name}\n\n`),
  uri: ({ options }) => ok(`${last(options, 'connect') ?? 'qemu:///system'}\n\n`),
};
