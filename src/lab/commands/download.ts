import { fail, ok, type Program, unsupported } from '../shell/program.ts';
import { baseOf, FileError, STRERROR } from '../world/file-tree.ts';
import { reach, resolve } from '../world/network.ts';
import { managerMetrics } from './ceph/metrics.ts';
import { absolute } from './input.ts';

const MiB = 1024 ** 2;

/** A small qcow2 image: its header, and room for the size that a guest sees. */
export function smallQcow2(virtualSize = 8 * MiB): Buffer {
  const bytes = Buffer.alloc(0x30200);
  bytes.writeUInt32BE(0x514649fb, 0);
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(BigInt(virtualSize), 24);
  return bytes;
}

/** The practice nodes have no way out: images that guides download come from the practice cluster itself, small. */
export const wget: Program = (call) => {
  const at = call.args.findIndex((a) => a === '-O' || a === '--output-document');
  const output = at < 0 ? undefined : call.args[at + 1];
  const url = call.args.find((a) => /^https?:/.test(a));
  if (url === undefined) return fail(1, 'wget: missing URL\nUsage: wget [OPTION]... [URL]...\n');
  const { hostname, pathname } = new URL(url);
  const name = output ?? baseOf(pathname);
  if (!/\.(img|qcow2)$/.test(pathname)) {
    const known = resolve(call.node, hostname) !== undefined;
    return known
      ? unsupported(call, `files from ${hostname}`)
      : fail(4, `wget: unable to resolve host address ‘${hostname}’\n`);
  }
  const image = smallQcow2();
  try {
    call.node.files.write(call.identity, absolute(call, name), image, false, 0o666 & ~call.view.umask);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(3, `${name}: ${STRERROR[error.code]}\n`);
  }
  return ok(
    '',
    `The practice nodes have no way out; a small image stands in for ${url}.\n‘${name}’ saved [${image.length}/${image.length}]\n`,
  );
};

/** `curl [-s] http://NODE:9283/metrics`: what the manager's prometheus module shows. */
export const curl: Program = async (call) => {
  const url = call.args.find((a) => !a.startsWith('-'));
  if (url === undefined) return fail(2, "curl: try 'curl --help' or 'curl --manual' for more information\n");
  const { hostname, port, pathname } = new URL(/^https?:/.test(url) ? url : `http://${url}`);
  const at = Number(port || 80);
  const silent = call.args.some((a) => /^-[a-zA-Z]*s/.test(a) || a === '--silent');
  const error = (code: number, says: string) => fail(code, silent ? '' : `curl: (${code}) ${says}\n`);
  if (resolve(call.node, hostname) === undefined) return error(6, `Could not resolve host: ${hostname}`);
  const met = reach(call.world, call.node, hostname, at);
  if (met === 'refused')
    return error(7, `Failed to connect to ${hostname} port ${at} after 0 ms: Couldn't connect to server`);
  if (met !== 'open') {
    if (!(await call.wait(met === 'dropped' ? 134 : 3.07))) return fail(130, '');
    return error(7, `Failed to connect to ${hostname} port ${at} after 3070 ms: Couldn't connect to server`);
  }
  if (at === 9283 && pathname === '/metrics') return ok(managerMetrics(call.world.cluster));
  return unsupported(call, `${url}; it knows the manager's metrics only`);
};
