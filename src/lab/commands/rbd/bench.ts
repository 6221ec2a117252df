import { fail, last, type Result } from '../../shell/program.ts';
import { size } from '../ceph/format.ts';
import { bytesOf } from './change.ts';
import { type Job, openImage } from './job.ts';

/** Bytes a second that three small OSDs take. */
const SPEED = 180 * 1024 ** 2;

/** `rbd bench --io-type write`: writes for real, so it needs an image, and space. */
export async function bench(job: Job): Promise<Result> {
  const type = last(job.options, 'ioType');
  if (type === undefined) return fail(22, 'rbd: bench type was not specified\n');
  const opened = await openImage(job, type === 'read' ? 'read' : 'write');
  if ('code' in opened) return opened;
  const each = bytesOf(last(job.options, 'ioSize') ?? '4K') ?? 4096;
  const total = bytesOf(last(job.options, 'ioTotal') ?? '1G') ?? 1024 ** 3;
  const threads = Number(last(job.options, 'ioThreads') ?? 16);
  const pattern = last(job.options, 'ioPattern') === 'rand' ? 'random' : 'sequential';
  if (each > opened.image.size) return fail(22, `rbd: io-size ${each} larger than image size ${opened.image.size}\n`);
  const head = `bench  type ${type} io_size ${each} io_threads ${threads} bytes ${total} pattern ${pattern}\n  SEC       OPS   OPS/SEC   BYTES/SEC\n`;
  const seconds = total / SPEED;
  if (!(await job.call.wait(seconds))) return { ...fail(130, ''), stdout: head };
  if (type !== 'read') opened.image.used = Math.max(opened.image.used, Math.min(total, opened.image.size));
  const ops = Math.ceil(total / each);
  const end = `elapsed: ${Math.floor(seconds)}   ops: ${ops}   ops/sec: ${(ops / seconds).toFixed(3)}   bytes/sec: ${size(SPEED)}/s\n`;
  return { code: 0, stdout: head + end, stderr: '' };
}
