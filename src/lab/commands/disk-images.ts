import { fail, has, last, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
import { virtualSizeOf } from '../workflows/images.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import { size } from './ceph/format.ts';
import { absolute, readInput } from './input.ts';

/** A raw image begins with what its guest boots from. */
const BOOT_SECTOR = Buffer.from('eb6390d0bc007c8ec0fb', 'hex');

const isQcow2 = (bytes: Buffer): boolean => bytes.length >= 32 && bytes.readUInt32BE(0) === 0x514649fb;

/** `qemu-img info FILE` and `qemu-img convert -f FORMAT -O FORMAT SOURCE TARGET`. */
export const qemuImg: Program = (call) => {
  const [verb, ...args] = call.args;
  const options = parseArguments(args, { '-f': 'from=', '-O': 'to=', '-p': 'progress', '--output': 'output=' });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (verb !== 'info' && verb !== 'convert') return unsupported(call, `${verb ?? 'no command'}`);
  const [source = '', target] = options.rest;
  let bytes: Buffer;
  try {
    bytes = readInput(call, source);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(1, `qemu-img: Could not open '${source}': Could not open '${source}': ${STRERROR[error.code]}\n`);
  }
  const format = isQcow2(bytes) ? 'qcow2' : 'raw';
  const virtual = virtualSizeOf(bytes);
  if (verb === 'info') {
    if (has(options, 'output')) return unsupported(call, '--output');
    return ok(
      `image: ${source}\nfile format: ${format}\nvirtual size: ${size(virtual)} (${virtual} bytes)\ndisk size: ${size(bytes.length)}\n`,
    );
  }
  const from = last(options, 'from');
  if (target === undefined) return fail(1, 'qemu-img: Must specify image file name\n');
  if (from === 'qcow2' && format !== 'qcow2')
    return fail(1, `qemu-img: Could not open '${source}': Image is not in qcow2 format\n`);
  if ((last(options, 'to') ?? 'raw') !== 'raw')
    return unsupported(call, `-O ${last(options, 'to')}; it makes raw images only`);
  const raw =
    format === 'raw' || from === 'raw'
      ? bytes
      : Buffer.concat([BOOT_SECTOR, Buffer.alloc(virtual - BOOT_SECTOR.length)]);
  try {
    call.node.files.write(call.identity, absolute(call, target), raw, false, 0o666 & ~call.view.umask);
    return ok();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(
      1,
      `qemu-img: ${target}: error while converting raw: Could not create '${target}': ${STRERROR[error.code]}\n`,
    );
  }
};
