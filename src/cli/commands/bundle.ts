import { byteCount } from '../../domain/bytes.ts';
import type { Engine } from '../../domain/engine.ts';
import { InputError } from '../../domain/input-error.ts';
import { block, table } from '../block.ts';
import { type Context, chooseTarget } from '../context.ts';
import { driver } from '../drive.ts';
import { jsonDocument } from '../json.ts';
import { type Line, span } from '../lines.ts';
import { shellWord } from '../next-steps.ts';
import type { BundleRequest, CliPort, PackedBundle } from '../port.ts';
import { isYes } from '../prompts.ts';
import { count } from '../words.ts';
import { failed, warning } from './check.ts';

interface Options {
  readonly run?: string;
  readonly since: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly review?: boolean;
  readonly yes?: boolean;
  readonly pseudonyms?: boolean;
  readonly key?: string;
}

/** Collects, redacts and writes a bundle. 0: written; 1: a secret was found at the last look; 3: declined after the review. */
export async function bundle(context: Context, options: Options): Promise<number> {
  const { globals, io } = context;
  const minutes = minutesOf(options.since);
  if (options.run !== undefined && (globals.site !== undefined || globals.practice !== undefined))
    throw new InputError('--run has its own nodes', 'Leave out --site and --practice');
  const request: BundleRequest = {
    playbookDirs: globals.playbooks,
    replace: options.force === true,
    pseudonyms: options.pseudonyms === true,
    ...(options.output !== undefined && { file: options.output }),
    ...(options.key !== undefined && { keyFile: options.key }),
  };
  const port = await context.port();
  const progress = (says: string, bytes: number): void =>
    io.progress(`${says}${bytes > 0 ? ` · ${byteCount(bytes)} so far` : ''}`);
  let packed: PackedBundle | number;
  try {
    packed =
      options.run === undefined
        ? await collected(context, port, minutes, request, progress)
        : await port.packRun(options.run, request, progress);
  } finally {
    io.progress('');
  }
  return typeof packed === 'number' ? packed : handedOver(context, packed, options);
}

async function collected(
  context: Context,
  port: CliPort,
  minutes: number,
  request: BundleRequest,
  progress: (says: string, bytes: number) => void,
): Promise<PackedBundle | number> {
  const { target } = await chooseTarget(context, port, false);
  const engine = await port.openForBundle(target, request, warning(context, []));
  try {
    const looked = await settled(context, engine);
    if (looked !== undefined) return looked;
    engine.send({ type: 'collect', minutes });
    const read = await settled(context, engine);
    if (read !== undefined) return read;
    return await port.packEngine(engine, minutes, request, progress);
  } finally {
    await engine.close();
  }
}

/** An exit code when it did not end well. */
async function settled(context: Context, engine: Engine): Promise<number | undefined> {
  // Records of the look go to the bundle, not to stdout.
  const state = await driver(engine, { ...context, globals: { ...context.globals, format: 'text' } }).settle();
  if (state.run.phase === 'failed') return failed(context, state);
  return context.signal.aborted ? 130 : undefined;
}

async function handedOver(context: Context, packed: PackedBundle, options: Options): Promise<number> {
  const { io, globals, signal } = context;
  try {
    if (options.review === true) {
      io.tell(...reviewText(packed, io.columns));
      if (options.yes !== true && !io.interactive) {
        await packed.discard();
        io.tell('', 'Nothing was written: there is no terminal to ask on. With --yes it is written after the review.');
        return 3;
      }
      if (options.yes !== true && !isYes(await io.ask(`Write ${packed.file}? [y/N] `, signal))) {
        await packed.discard();
        io.tell('Nothing was written.');
        return signal.aborted ? 130 : 3;
      }
    }
    if (signal.aborted) {
      await packed.discard();
      return 130;
    }
    const kept = await packed.keep();
    if ('leak' in kept) {
      io.tell([span('bad', 'inkling: '), kept.leak], '  Nothing was left behind. This is a fault of Inkling itself.');
      return 1;
    }
    if (globals.format === 'text') io.print(...writtenText(packed, kept.bytes, io.columns));
    else
      io.emit(
        jsonDocument({
          schema: 1,
          file: packed.file,
          bytes: kept.bytes,
          ...(packed.mapFile !== undefined && { map: packed.mapFile }),
          replaced: packed.replaced,
          not_had: packed.notHad,
        }),
      );
    return 0;
  } catch (error) {
    await packed.discard();
    throw error;
  }
}

const total = ({ replaced }: PackedBundle): number => Object.values(replaced).reduce((sum, n) => sum + n, 0);

const SHOWN = 20;

function writtenText(packed: PackedBundle, bytes: number, width: number): Line[] {
  const { file, mapFile, notHad } = packed;
  return [
    [span('good', '✓ '), `${file}: ${byteCount(bytes)}, for its owner only`],
    ...block('  ', `${count(total(packed), 'secret')} replaced in it${kinds(packed)}.`, width),
    ...(mapFile === undefined
      ? []
      : block('  ', `Which name stands for which: ${mapFile}. Do not hand it over.`, width)),
    ...(notHad.length === 0 ? [] : ['', [span('warn', `? ${count(notHad.length, 'thing')} could not be had`)]]),
    ...notHad.slice(0, SHOWN).flatMap(({ node, what, why }) => block('  ', `${node}: ${what}: ${why}`, width)),
    ...(notHad.length > SHOWN ? [`  … ${notHad.length - SHOWN} more, in its manifest.json`] : []),
    '',
    `Look into it: inkling open ${shellWord(file)}`,
    `Judge again:  inkling check --bundle ${shellWord(file)}`,
  ];
}

const kinds = ({ replaced }: PackedBundle): string => {
  const all = Object.entries(replaced).map(([kind, n]) => `${n} ${kind}`);
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
};

function reviewText(packed: PackedBundle, width: number): Line[] {
  const { places, morePlaces, notHad } = packed;
  return [
    [span('strong', `What is replaced in ${packed.file}`)],
    ...block('', `${count(total(packed), 'secret')}${kinds(packed)}; each line as it will be handed over:`, width),
    ...[...Map.groupBy(places, ({ member }) => member)].flatMap(([member, found]): Line[] => [
      '',
      [span('strong', member)],
      ...table(
        ['LINE', 'TEXT'],
        found.map(({ line, text }) => [String(line), around(text)]),
        width,
      ),
    ]),
    ...(morePlaces > 0 ? ['', `… ${morePlaces} more lines`] : []),
    ...(notHad.length > 0
      ? ['', `${count(notHad.length, 'thing')} could not be had; its manifest.json lists them.`]
      : []),
    '',
  ];
}

const WIDE = 200;

/** The part of a long line that holds the first token. */
function around(line: string): string {
  if (line.length <= WIDE) return line;
  const start = Math.max(0, line.indexOf('‹') - WIDE / 2);
  return `${start > 0 ? '…' : ''}${line.slice(start, start + WIDE)}…`;
}

const UNITS: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 24 * 60 };
const MOST_DAYS = 31;

function minutesOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})(m|min|h|d)$/.exec(text) ?? [];
  const minutes = Number(number) * (UNITS[unit] ?? 0);
  if (minutes > 0 && minutes <= MOST_DAYS * 24 * 60) return minutes;
  throw new InputError(`\`${text}\` is no time to look back`, `Write --since 30m, 2h or 1d; at most ${MOST_DAYS}d`);
}
