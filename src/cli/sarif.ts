import type { EngineState } from '../domain/engine.ts';
import { type Cause, type CheckResult, EXIT } from '../domain/judgement.ts';
import type { Waived, Waiving } from '../domain/waive.ts';

/** SARIF 2.1.0, as code scanning and other collectors read it: rules are checks and causes, results are what was found or could not be judged. */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

interface Rule {
  readonly id: string;
  readonly title: string;
  readonly why?: string;
  readonly help?: readonly string[];
  readonly playbook: string;
}

const LEVELS = { fail: 'error', warn: 'warning', advice: 'note' } as const;
const STATUS = { confirmed: 'error', likely: 'error', possible: 'warning', unknown: 'note', excluded: 'none' } as const;

const message = (text: string) => ({ text });

function ruleOf({ id, title, why, help, playbook }: Rule) {
  return {
    id,
    shortDescription: message(title),
    ...(why !== undefined && { fullDescription: message(why) }),
    ...(help && help.length > 0 && { help: message(help.join('\n')) }),
    properties: { playbook },
  };
}

/** A node is no file: what was found is placed by names. */
const places = (site: string, nodes: readonly string[], subject: string) =>
  (nodes.length === 0 ? [''] : nodes).map((node) => ({
    logicalLocations: [
      {
        name: node === '' ? subject : node,
        fullyQualifiedName: [site, node, subject].filter((part) => part !== '').join('/'),
        kind: 'resource',
      },
    ],
  }));

const fingerprint = (...parts: readonly string[]) => ({ 'inkling/v1': parts.join('/') });

const causeResult = (site: string, cause: Cause) => ({
  ruleId: cause.id,
  kind: 'fail',
  level: STATUS[cause.status],
  message: message(`${cause.title}. ${cause.why}`),
  locations: places(site, cause.nodes, cause.subject),
  partialFingerprints: fingerprint(cause.id, cause.subject),
  properties: {
    status: cause.status,
    evidence: cause.evidence.map(({ node, says }) => `${node}: ${says}`),
    explains: [...cause.explains],
  },
});

const checkResult = (site: string, { check, node, subject, verdict, says }: CheckResult) => ({
  ruleId: check,
  ...(verdict === 'unknown'
    ? { kind: 'open', level: 'none' }
    : { kind: 'fail', level: LEVELS[verdict as keyof typeof LEVELS] }),
  message: message(says),
  locations: places(site, [node], subject),
  partialFingerprints: fingerprint(check, node, subject),
});

const waivedResult = (site: string, one: Waived) => ({
  ruleId: one.id,
  kind: 'fail',
  level: 'warning',
  message: message(one.title),
  locations: places(site, one.nodes, one.subject),
  partialFingerprints: fingerprint(one.id, ...one.nodes, one.subject),
  suppressions: [
    { kind: 'external', status: 'accepted', justification: `${one.owner} until ${one.expires}: ${one.reason}` },
  ],
});

function rulesOf({ judgement }: EngineState): Rule[] {
  const rules = new Map<string, Rule>();
  for (const { id, title, why, references, playbook } of judgement.causes)
    rules.set(id, { id, title, why, help: references, playbook });
  for (const { check, title, playbook } of judgement.checks)
    if (!rules.has(check)) rules.set(check, { id: check, title, playbook });
  return [...rules.values()];
}

/** The log of one run. Results carry the place of their rule. */
export function sarifLog(state: EngineState, { waived, judgement: left }: Waiving, version: string): unknown {
  const { run, judgement } = state;
  const rules = rulesOf(state);
  const places = new Map(rules.map(({ id }, at) => [id, at]));
  const results = [
    ...left.causes.filter(({ status }) => status !== 'excluded').map((cause) => causeResult(run.site, cause)),
    ...left.checks
      .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')
      .map((check) => checkResult(run.site, check)),
    ...waived.map((one) => waivedResult(run.site, one)),
  ];
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Inkling', version, rules: rules.map(ruleOf) } },
        automationDetails: { id: `inkling/${run.site}/${run.id}` },
        invocations: [
          {
            executionSuccessful: left.outcome !== 'interrupted',
            exitCode: EXIT[left.outcome],
            startTimeUtc: run.startedAt,
            toolExecutionNotifications: judgement.nodes
              .filter(({ why }) => why !== undefined)
              .map(({ name, why = '' }) => ({ level: 'warning', message: message(`${name}: ${why}`) })),
          },
        ],
        results: results.map((result) => ({ ...result, ruleIndex: places.get(result.ruleId) ?? -1 })),
      },
    ],
  };
}
