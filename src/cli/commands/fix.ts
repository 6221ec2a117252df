import type { Engine, EngineState } from '../../domain/engine.ts';
import { InputError } from '../../domain/input-error.ts';
import type { Cause, FixOffer, Judgement, Outcome } from '../../domain/judgement.ts';
import { EXIT } from '../../domain/judgement.ts';
import type { FixState } from '../../domain/plan.ts';
import { block } from '../block.ts';
import { type Context, chooseTarget, requireKnown } from '../context.ts';
import { driver } from '../drive.ts';
import { firstCause } from '../first-cause.ts';
import { span } from '../lines.ts';
import { targetWords } from '../next-steps.ts';
import { fixText, planText } from '../plan-text.ts';
import type { AllowedRisk, CliPort } from '../port.ts';
import { type Repair, repairOf, worstOutcome } from '../repairs.ts';
import { failed, report, warning } from './check.ts';

export interface FixOptions {
  readonly dryRun?: true;
  readonly yesUpTo?: AllowedRisk;
  /** Services may try their pools afterwards. */
  readonly canary?: true;
  /** Fix to take when a cause offers several. */
  readonly with?: string;
}

/** `id` or `id@subject`, as typed. */
interface Wanted {
  readonly id: string;
  readonly subject?: string;
}

/** Looks, then repairs the causes named, one after another, stopping at the first repair that does not hold. */
export async function fix(context: Context, names: readonly string[], options: FixOptions): Promise<number> {
  const port = await context.port();
  const wanted = await readWanted(context, port, names);
  if (!context.io.interactive && !options.dryRun && options.yesUpTo === undefined) {
    throw new InputError(
      'there is no terminal to ask for a confirmation, so nothing was done',
      'Allow it beforehand with --yes-up-to none|reversible|disruptive, or see the plan with --dry-run',
    );
  }
  const chosen = await chooseTarget(context, port, false);
  const started = context.clock();
  const warnings: string[] = [];
  const engine = await port.open({
    target: chosen.target,
    // All of them, as `check` does: a rival cause of another playbook must still be able to rule this one out.
    playbooks: [],
    playbookDirs: context.globals.playbooks,
    changes: options.dryRun !== true,
    warn: warning(context, warnings),
  });
  try {
    const drive = driver(engine, context);
    const first = context.globals.timings ? firstCause(engine, context.clock) : undefined;
    let state = await drive.settle();
    const at = first?.();
    if (state.run.phase === 'failed') return failed(context, state);
    const repairs: Repair[] = [];
    for (const cause of context.signal.aborted ? [] : instances(context, state, wanted)) {
      if (context.signal.aborted) break;
      const repair = await repairOne(context, engine, drive, cause, options);
      state = engine.getState();
      if (state.run.phase === 'failed') return failed(context, state);
      if (repair === undefined) continue;
      repairs.push(repair);
      if (repair.outcome !== 'fixed' && repair.outcome !== null) break;
    }
    const worst = worstOutcome(repairs, state.judgement.outcome, options.dryRun);
    // A site that needs a person now outranks a Ctrl-C.
    const outcome = context.signal.aborted && worst !== 'rollback-failed' ? 'interrupted' : worst;
    const totalMs = context.clock() - started;
    if (context.globals.format === 'text') summary(context, outcome, state);
    else
      report(
        context,
        targetWords(chosen.target, chosen.isDefault),
        state,
        { totalMs, ...(at !== undefined && { firstCauseMs: at - started }) },
        { outcome, exit_code: EXIT[outcome], repairs, warnings },
      );
    return EXIT[outcome];
  } finally {
    await engine.close();
  }
}

async function readWanted(context: Context, port: CliPort, names: readonly string[]): Promise<Wanted[]> {
  const playbooks = await port.playbooks({ playbookDirs: context.globals.playbooks });
  const known = playbooks.flatMap(({ causes }) => causes.map(({ id }) => id));
  return names.map((name) => {
    const [id = '', ...rest] = name.split('@');
    requireKnown('cause', id, known, 'inkling check');
    return rest.length === 0 ? { id } : { id, subject: rest.join('@') };
  });
}

/** The causes that were found and asked for, in the order in which they should be repaired: upstream first. */
function instances({ io }: Context, { judgement }: EngineState, wanted: readonly Wanted[]): Cause[] {
  const isWanted = (cause: Cause): boolean =>
    wanted.some(({ id, subject }) => id === cause.id && (subject === undefined || subject === cause.subject));
  const present = judgement.causes.filter((cause) => cause.status !== 'excluded' && isWanted(cause));
  for (const { id, subject } of wanted) {
    if (present.some((cause) => cause.id === id && (subject === undefined || subject === cause.subject))) continue;
    const elsewhere = judgement.causes.filter((cause) => cause.id === id && cause.status !== 'excluded');
    const others = elsewhere.length === 0 ? '' : ` It was found for: ${elsewhere.map((c) => c.subject).join('; ')}.`;
    io.tell([
      span('warn', '! '),
      `${id}${subject === undefined ? '' : ` for ${subject}`} was not found here.${others}${unseen(judgement)}`,
    ]);
  }
  return present;
}

/** Not found is not the same as not there while something could not be looked at. */
function unseen({ coverage }: Judgement): string {
  const { nodes, nodesReached, asked, answered } = coverage;
  if (nodesReached < nodes)
    return ` But ${nodes - nodesReached} of ${nodes} nodes ${nodes - nodesReached === 1 ? 'was' : 'were'} not reached: it may be there all the same.`;
  return answered < asked
    ? ` But ${asked - answered} of ${asked} questions got no answer: it may be there all the same.`
    : '';
}

/** Undefined: there was nothing that Inkling could do about it. */
async function repairOne(
  context: Context,
  engine: Engine,
  drive: ReturnType<typeof driver>,
  cause: Cause,
  options: FixOptions,
): Promise<Repair | undefined> {
  const { io, globals } = context;
  const still = engine.getState().judgement.causes.some((c) => c.id === cause.id && c.subject === cause.subject);
  if (!still) return undefined;
  const offer = chooseOffer(cause, options.with);
  if (offer.byHand !== undefined) {
    io.tell(
      ...block(
        '! ',
        `${cause.id}: Inkling leaves this repair to a person. ${offer.title}: ${offer.byHand}`,
        io.columns,
      ),
    );
    return undefined;
  }
  engine.send({
    type: 'plan-fix',
    cause: cause.id,
    subject: cause.subject,
    fix: offer.id,
    ...(options.canary && { canary: true }),
  });
  const planned = (await drive.settle()).fix;
  if (planned === undefined) throw new Error(`no plan was made for ${cause.id}`);
  if (planned.outcome !== undefined) return told(context, cause, planned);
  if (globals.format === 'text') io.print(...planText(planned.plan, io.columns), '');
  if (options.dryRun) {
    engine.send({ type: 'abandon-fix' });
    await drive.settle();
    return { ...repairOf(cause, planned), outcome: null };
  }
  if (!io.interactive && !allowed(context, planned, options.yesUpTo)) {
    engine.send({ type: 'abandon-fix' });
    await drive.settle();
    return { ...repairOf(cause, planned), outcome: 'declined' };
  }
  engine.send({ type: 'apply-fix' });
  const ended = (await drive.settle(options.yesUpTo === undefined ? {} : { upTo: options.yesUpTo })).fix;
  return told(context, cause, ended ?? planned);
}

function chooseOffer(cause: Cause, wanted: string | undefined): FixOffer {
  if (wanted !== undefined) {
    requireKnown(
      `fix of ${cause.id}`,
      wanted,
      cause.fixes.map(({ id }) => id),
      'inkling check',
    );
    return cause.fixes.find(({ id }) => id === wanted) as FixOffer;
  }
  const offer = cause.fixes.find(({ byHand }) => byHand === undefined) ?? cause.fixes[0];
  if (offer === undefined)
    throw new InputError(`${cause.id} has no fix that applies here`, 'See `inkling check` for its evidence');
  return offer;
}

/** Checked before the first step, so that a plan that would stop halfway is not begun. */
function allowed({ io }: Context, { plan }: FixState, upTo: AllowedRisk | undefined): boolean {
  const order = ['none', 'reversible', 'disruptive', 'destructive'];
  const most = order.indexOf(upTo ?? 'none');
  const tooMuch = plan.steps.find(({ risk }) => order.indexOf(risk) > most);
  if (tooMuch === undefined) return true;
  const advice =
    tooMuch.risk === 'destructive'
      ? 'A destructive step is only ever confirmed by a person at a terminal.'
      : `Allow it with --yes-up-to ${tooMuch.risk}.`;
  io.tell([span('warn', '! '), `Nothing was changed: step \`${tooMuch.title}\` is ${tooMuch.risk}. ${advice}`]);
  return false;
}

function told({ io, globals }: Context, cause: Cause, state: FixState): Repair {
  if (globals.format === 'text') io.print(...fixText(state, io.columns), '');
  return repairOf(cause, state);
}

function summary({ io }: Context, outcome: Outcome, { judgement }: EngineState): void {
  const left = judgement.causes.filter(({ status }) => status === 'confirmed' || status === 'likely');
  if (outcome === 'fixed' && left.length > 0) {
    io.print(...block('', `Other causes are still there: ${left.map(({ id }) => id).join(', ')}`, io.columns));
  }
}
