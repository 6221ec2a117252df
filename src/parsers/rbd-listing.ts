// 2026-11-22T16:50:52.880+0000 7f0a74f7c380 -1 auth: unable to find a keyring on /etc/ceph/ceph.client.glance.keyring,…
// rbd: couldn't connect to the cluster!
// rbd: listing images failed: (2) No such file or directory
import type { Exited } from '../domain/question.ts';
import type { Parser } from './parser.ts';
import { complaint, ends, unparsed } from './parser.ts';

export interface RbdListing {
  readonly ok: boolean;
  readonly phase: string;
  readonly errno: number;
  readonly says: string;
  readonly images: readonly string[];
}

/** In order of the way a client goes; the first whose texts all appear is where it stopped. */
const STOPS: readonly (readonly [phase: string, ...texts: RegExp[]])[] = [
  [
    'conf',
    /error reading config file|error calling conf_read_file|parse error: expected|cannot identify monitors|global_init: unable to open config file/,
  ],
  ['key', /error setting modifier for |Malformed input|failed to decode key/],
  ['keyring', /unable to find a keyring|no keyring found/],
  // Both are refused in the same words; only the errno tells an old key from a keyring without a key for the user.
  ['section', /couldn't connect to the cluster/, /\(1\) Operation not permitted/],
  ['refused', /handle_auth_bad_method|\(13\) Permission denied/],
  ['connect', /couldn't connect to the cluster/],
  ['pool', /error opening pool/],
  ['list', /listing images failed|error listing|list_images/],
];

/** Something of Ceph spoke, whatever it said. */
const CEPH = /\b(rbd|librbd|librados|rados|monclient|auth|global_init|ceph)\b/;

/** `rbd ls --format json` as a service user. Every way in which rbd fails is an answer; what is not rbd's is not. */
export const rbdListing: Parser<RbdListing> = (answer: Exited) => {
  if (answer.code === 0) {
    const images = names(answer.stdout);
    return images
      ? { ok: true, phase: 'ok', errno: 0, says: `${images.length} images listed`, images }
      : unparsed('the list of images is not what rbd prints');
  }
  const text = `${ends(answer.stderr)}\n${ends(answer.stdout)}`;
  if (!CEPH.test(text)) return unparsed(complaint(answer));
  const phase = STOPS.find(([, ...texts]) => texts.every((t) => t.test(text)))?.[0] ?? 'other';
  const errno = Number(/: \((\d+)\) [A-Z]/.exec(text)?.[1] ?? answer.code);
  return { ok: false, phase, errno, says: decisive(answer), images: [] };
};

function names(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    const all = value.map((v: { image?: unknown } | null) => v?.image ?? v);
    return all.every((v) => typeof v === 'string') ? all : undefined;
  } catch {
    return undefined;
  }
}

/** The one line an engineer would quote. */
function decisive(answer: Exited): string {
  const lines = ends(answer.stderr)
    .split('\n')
    .map((l) => l.replace(/^\d{4}-\S+ [0-9a-f]+ +-?\d+ /, '').trim())
    .filter((l) => l !== '');
  return (
    lines.find((l) =>
      /unable to find a keyring|handle_auth_bad_method|error opening pool|Malformed|config file|error listing/.test(l),
    ) ??
    lines.find((l) => /connect/.test(l)) ??
    complaint(answer)
  ).slice(0, 300);
}
