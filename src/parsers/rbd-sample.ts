// i {"name":"38400a80-…","id":"379bcd3a1926","order":23,"features":["layering",…],"create_timestamp":"Sun Nov 22 18:29:18 2026",…}
// b  51 46 49 fb
// s [{"id":5,"name":"snap","size":17170432,"protected":"true","timestamp":"…"}]
// o [{"name":"rbd_qos_iops_limit","value":"50","source":"pool"
// t [{"id":"37aa20ee1b0","name":"volume-…","source":"USER","deleted_at":"…","status":"expired at …"}]
// e 0          (the program's end; what was cut before it is not believed)
import { z } from 'zod';
import { isUnknown } from '../domain/fact.ts';
import { complaint, type Parser, unparsed } from './parser.ts';

const imageInfo = z.object({
  name: z.string(),
  id: z.string(),
  size: z.number(),
  order: z.number(),
  features: z.array(z.string()).default([]),
  create_timestamp: z.string().default(''),
  parent: z
    .object({ pool: z.string(), image: z.string(), snapshot: z.string(), trash: z.boolean().default(false) })
    .optional(),
});
const snapshots = z.array(z.object({ name: z.string(), protected: z.string().default('false') }));
const option = z.object({ name: z.string(), value: z.string() });
const trashed = z.array(z.object({ name: z.string(), status: z.string().default('') }));

export interface SampledImage {
  readonly name: string;
  readonly size: number;
  /** Objects hold 2^order bytes. */
  readonly order: number;
  readonly features: readonly string[];
  readonly created: string;
  readonly parent: {
    readonly pool: string;
    readonly image: string;
    readonly snapshot: string;
    readonly trash: boolean;
  } | null;
  /** First four bytes in hex, where they were read; empty when the image holds no data there. */
  readonly magic?: string;
  readonly snapshots?: readonly { readonly name: string; readonly protected: boolean }[];
}

export interface RbdSample {
  readonly images: readonly SampledImage[];
  /** Options that the pool itself sets for its clients. */
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly trash: readonly { readonly name: string; readonly status: string }[];
}

/** The newest images of one pool, what the pool sets for its clients, and its trash. */
export const rbdSample: Parser<RbdSample> = (answer) => {
  const lines = answer.stdout.split('\n');
  if (answer.code !== 0 || !lines.includes('e 0')) return unparsed(complaint(answer));
  const images: Record<string, unknown>[] = [];
  const options: unknown[] = [];
  let trash: unknown = [];
  for (const line of lines) {
    const text = line.slice(2);
    const last = images.at(-1);
    if (line.startsWith('i ')) images.push(JSON.parse(text));
    else if (line.startsWith('b ') && last) last.magic = text.replaceAll(/\s/g, '');
    else if (line.startsWith('s ') && last) last.snapshots = JSON.parse(text);
    else if (line.startsWith('o ')) options.push(JSON.parse(`${text.replace(/^[[,]*/, '')}}`));
    else if (line.startsWith('t ')) trash = JSON.parse(text);
  }
  const made = images.map(sampled);
  const wrong = made.find(isUnknown);
  if (wrong) return wrong;
  return {
    images: made as readonly SampledImage[],
    options: z.array(option).parse(options),
    trash: z.array(z.unknown()).length(0).safeParse(trash).success ? [] : trashed.parse(trash),
  };
};

function sampled(raw: Record<string, unknown>): SampledImage | ReturnType<typeof unparsed> {
  const info = imageInfo.safeParse(raw);
  if (!info.success) return unparsed(`rbd info has an unexpected shape at ${info.error.issues[0]?.path.join('.')}`);
  const { name, size, order, features, create_timestamp: created, parent } = info.data;
  return {
    name,
    size,
    order,
    features,
    created,
    parent: parent ?? null,
    ...(typeof raw.magic === 'string' && { magic: raw.magic }),
    ...(raw.snapshots !== undefined && {
      snapshots: snapshots.parse(raw.snapshots).map((s) => ({ name: s.name, protected: s.protected === 'true' })),
    }),
  };
}
