import { randomUUID } from 'node:crypto';
import { type Call, fail, has, last, type Options, ok, type Result } from '../../shell/program.ts';
import { deleteImage, uploadImage } from '../../workflows/images.ts';
import { FileError, STRERROR } from '../../world/file-tree.ts';
import { readInput } from '../input.ts';
import { imageFields } from './fields.ts';
import { listOutput, showOutput } from './output.ts';
import { ENDED, GLANCE, isResult, noneFound, one, shower, type Verb } from './verb.ts';

const FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vmdk', 'raw', 'qcow2', 'vhdx', 'vdi', 'iso', 'ploop'];

const serverError = (id: string): string =>
  `HttpException: 500: Server Error for url: http://controller:9292/v2/images/${id}, The server has either erred or is incapable of performing the requested operation.: 500 Internal Server Error`;

async function create(call: Call, options: Options, [name]: readonly string[]): Promise<Result> {
  if (name === undefined) return fail(2, 'usage: openstack image create … <image-name>\n');
  const diskFormat = last(options, 'disk-format') ?? 'raw';
  if (!FORMATS.includes(diskFormat)) {
    const choices = FORMATS.map((f) => `'${f}'`).join(', ');
    return fail(
      2,
      `openstack image create: error: argument --disk-format: invalid choice: '${diskFormat}' (choose from ${choices})\n`,
    );
  }
  const path = last(options, 'file');
  if (path === undefined)
    return fail(2, 'openstack image create: the practice cluster makes images from --file only\n');
  let bytes: Buffer;
  try {
    bytes = readInput(call, path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(1, `[Errno ${error.code === 'EACCES' ? 13 : 2}] ${STRERROR[error.code]}: '${path}'\n`);
  }
  const visibility = has(options, 'public') ? 'public' : has(options, 'private') ? 'private' : 'shared';
  for (;;) {
    const uploaded = uploadImage(call.world, { name, diskFormat, visibility, bytes });
    if (uploaded === 'failed') return fail(1, `${serverError(`${randomUUID()}/file`)}\n`);
    if (uploaded !== 'waits') return showOutput(imageFields(call, uploaded), options);
    if (!(await call.wait(2))) return ENDED;
  }
}

async function remove(call: Call, _options: Options, words: readonly string[]): Promise<Result> {
  let failures = '';
  let count = 0;
  for (const word of words) {
    const found = one(call.world.cloud.images, word, noneFound('Image'));
    const says = isResult(found) ? found.stderr.trim() : await removal(call, found);
    if (says === undefined) return ENDED;
    if (says === '') continue;
    failures += `Failed to delete image with name or ID '${word}': ${says}\n`;
    count++;
  }
  return failures ? fail(1, `${failures}Failed to delete ${count} of ${words.length} images.\n`) : ok();
}

/** Empty when it went; undefined when ended before. */
async function removal(call: Call, image: Parameters<typeof deleteImage>[1]): Promise<string | undefined> {
  for (;;) {
    const done = deleteImage(call.world, image);
    if (done === 'deleted') return '';
    if (done === 'failed') return serverError(image.id);
    if (done === 'in use')
      return `ConflictException: 409: Client Error for url: http://controller:9292/v2/images/${image.id}, Image ${image.id} could not be deleted because it is in use: The image cannot be deleted because it is in use through the backend store outside of Glance.: 409 Conflict`;
    if (!(await call.wait(2))) return undefined;
  }
}

export const imageVerbs: Readonly<Record<string, Verb>> = {
  'image list': {
    api: GLANCE,
    run: (call, options) =>
      listOutput(
        [...call.world.cloud.images]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((i) => ({ ID: i.id, Name: i.name, Status: i.status })),
        options,
      ),
  },
  'image show': { api: GLANCE, run: shower((c) => c.world.cloud.images, imageFields, noneFound('Image')) },
  'image create': { api: GLANCE, run: create },
  'image delete': { api: GLANCE, run: remove },
};
