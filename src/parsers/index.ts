import type { Maybe } from '../domain/fact.ts';
import type { Exited } from '../domain/question.ts';
import { capsChanges } from './caps-changes.ts';
import { configFiles } from './config-files.ts';
import { domainRoots } from './domain-roots.ts';
import { fileStates } from './file-states.ts';
import { freeSpace } from './free-space.ts';
import { json } from './json.ts';
import { kernelDenials } from './kernel-denials.ts';
import { authExport, keyringFiles, sealedValue } from './keyrings.ts';

import { capabilities, domainXml, uuids, virshVersion } from './libvirt.ts';
import { logLines } from './log-lines.ts';
import { listeners, resolved, words } from './names.ts';

import { osdTell } from './osd-tell.ts';
import { packages } from './packages.ts';
import { packet } from './packet.ts';
import { type Parser, unparsed, whole } from './parser.ts';
import { ping } from './ping.ts';
import { poolChanges } from './pool-changes.ts';
import { rbdListing } from './rbd-listing.ts';
import { rbdSample } from './rbd-sample.ts';
import { records } from './records.ts';
import { secretList } from './secret-list.ts';
import { clock, commandLines, exit, lines, tcp, text, yesOrNo } from './simple.ts';
import { systemdUnits } from './systemd-units.ts';
import { unitLimits } from './unit-limits.ts';
import { snapshotFallbacks, volumeCreations } from './volume-creations.ts';

/** Every format a probe can name under `parse`. */
export const PARSERS = {
  'auth-export': authExport,
  capabilities,
  'caps-changes': capsChanges,
  clock,
  'command-lines': commandLines,
  'config-files': configFiles,
  'domain-xml': domainXml,
  'domain-roots': domainRoots,
  exit,
  'file-states': fileStates,
  'free-space': freeSpace,
  json,
  'kernel-denials': kernelDenials,
  'keyring-files': keyringFiles,
  lines,
  listeners,
  'log-lines': logLines,
  'osd-tell': osdTell,
  packages,
  ping,
  packet,
  'pool-changes': poolChanges,
  'rbd-listing': rbdListing,
  resolved,
  'rbd-sample': rbdSample,
  records,
  'sealed-value': sealedValue,
  'secret-list': secretList,
  'snapshot-fallbacks': snapshotFallbacks,
  'systemd-units': systemdUnits,
  tcp,
  text,
  uuids,
  'virsh-version': virshVersion,
  words,
  'unit-limits': unitLimits,
  'volume-creations': volumeCreations,
  'yes-or-no': yesOrNo,
} as const satisfies Record<string, Parser<unknown>>;

export type ParserName = keyof typeof PARSERS;

export const isParser = (name: string): name is ParserName => Object.hasOwn(PARSERS, name);

/** Never throws: what cannot be read is unknown, with the reason. */
export function parse(name: ParserName, answer: Exited): Maybe<unknown> {
  try {
    return whole(PARSERS[name] as Parser<unknown>)(answer);
  } catch (error) {
    return unparsed(`the output could not be read: ${(error as Error).message}`);
  }
}
