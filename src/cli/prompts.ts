import type { EngineState, Prompt } from '../domain/engine.ts';
import { RISKS } from '../domain/plan.ts';
import { hanging } from './block.ts';
import type { Io } from './io.ts';
import { span } from './lines.ts';
import type { AllowedRisk, TrustQuestion } from './port.ts';

export interface Consent {
  /** Largest risk that was allowed beforehand; absent: none was. */
  readonly upTo?: AllowedRisk;
}

/** The answer to a question of the engine: from what was allowed beforehand, else from the person, else no. */
export async function answer(
  prompt: Prompt,
  state: EngineState,
  consent: Consent,
  io: Io,
  signal: AbortSignal,
): Promise<boolean> {
  if (prompt.kind === 'trust-host-key') return trustHostKey(prompt.key, io, signal);
  const step = state.fix?.steps.find((s) => s.step.id === prompt.stepId)?.step;
  if (!step) return false;
  if (consent.upTo !== undefined && RISKS.indexOf(step.risk) <= RISKS.indexOf(consent.upTo)) return true;
  if (!io.interactive) return false;
  io.tell('', ...hanging(`${step.title} (node ${step.node}, risk ${step.risk})`, io.columns, 'strong'));
  if (prompt.typed === undefined) return isYes(await io.ask('Do it? [y/N] ', signal));
  return (await io.ask(`Type ${prompt.typed} to do it, anything else to stop: `, signal)) === prompt.typed;
}

/** Asks whether an unknown host key belongs to the node. Without a person it never does. */
export async function trustHostKey(key: TrustQuestion, io: Io, signal: AbortSignal): Promise<boolean> {
  if (!io.interactive) return false;
  io.tell(
    '',
    [span('strong', `The host key of ${key.node} (${key.host}) is not known yet.`)],
    `  ${key.type} ${key.fingerprint}`,
    '  Compare it with what the machine itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  );
  const question = `Type ${key.node} to trust it from now on, anything else to leave the node out: `;
  return (await io.ask(question, signal)) === key.node;
}

export const isYes = (text: string | undefined): boolean => /^(y|yes)$/i.test(text?.trim() ?? '');
