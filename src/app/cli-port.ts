import { stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type {
  CliPort,
  InitRequest,
  NodeCensus,
  PlaybookInfo,
  PracticeCluster,
  SiteProposal,
  Target,
  TrialSuite,
  TrustQuestion,
} from '../cli/port.ts';
import { InputError } from '../domain/input-error.ts';
import { formatProblem } from '../domain/positioned.ts';
import type { Answer } from '../domain/question.ts';
import type { Site, SiteNode } from '../domain/site.ts';
import type { Allowed } from '../domain/sudoers.ts';
import type { HostKey } from '../domain/transport.ts';
import { gapsOf } from '../domain/trial.ts';
import { ANYTHING, impossible, type Privilege, privileges, wouldRun } from '../engine/privileges.ts';
import { reasonOf } from '../files/refusal.ts';
import { candidates, proposeSite, siteNotes } from '../site/init.ts';
import { type Look, lookThrough } from '../site/look.ts';
import { lookAtNodes, serviceUsers } from '../site/nodes.ts';
import { readAliases } from '../site/ssh-aliases.ts';
import { writeSite } from '../site/write.ts';
import { createTransport } from '../transport/index.ts';
import type { Bundles } from './bundles.ts';
import { openEvidence, openSos } from './evidence-file.ts';
import { eventWords, type Journals } from './journals.ts';
import { chosen, HEALTHY, type Libraries } from './library.ts';
import { newPlaybook } from './new-playbook.ts';
import { playbookInfo } from './playbook-info.ts';
import type { Practices } from './practice/index.ts';
import { redactFolder, redactStdin } from './redaction.ts';
import type { Runs } from './runs.ts';
import { findSite, readSite, refuseUnwritable, saveSite } from './sites.ts';
import { tryAll } from './trials.ts';
import { readWaiversFile } from './waivers-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Parts {
  readonly libraries: Libraries;
  readonly runs: Runs;
  readonly practices: Practices;
  readonly journals: Journals;
  readonly bundles: Bundles;
  readonly env: Env;
}

/** The scenario that a newcomer sees first: a fault with an obvious symptom and a hidden cause. */
export const FIRST_SCENARIO = 'glance-keyring-unreadable';

export function cliPort({ libraries, runs, practices, journals, bundles, env }: Parts): CliPort {
  return {
    firstScenario: FIRST_SCENARIO,
    findSite: () => findSite(env),
    open: ({ target, ...request }) => runs.open({ where: target, ...request }),
    nodes: (request, signal) => census(request.target, request.trust, signal, { libraries, runs, env }),
    waivers: readWaiversFile,
    search: async (text, { playbookDirs }) => [...(await libraries.search(playbookDirs))(text)],
    propose: (request, signal) => propose(request, signal, env),
    writeSite: (proposal, replace) => saveSite(proposal.file, proposal.yaml, replace),
    playbooks: async ({ playbookDirs }) => {
      const { library, files } = await libraries.load(playbookDirs);
      return library.playbooks.map(
        (p, at): PlaybookInfo => ({
          ...playbookInfo(p),
          file: files[at] ?? '',
          scenarios: library.scenarios.filter((s) => s.playbook === p.id).map((s) => s.id),
        }),
      );
    },
    lint: (paths) => lint(paths, libraries),
    trials: (ids, { playbookDirs }) => suite(ids, playbookDirs, libraries),
    newPlaybook,
    playbookSchema: async () => (await import('../playbooks/index.ts')).playbookJsonSchema(),
    scenarios: async ({ playbookDirs }) =>
      (await libraries.scenarios(playbookDirs)).map(({ id, title, symptom, playbook }) => ({
        id,
        title,
        symptom,
        ...(playbook && { playbook }),
      })),
    practice: ({ playbookDirs }) => practices.port(playbookDirs),
    serve: (scenario, { playbookDirs }) => serve(scenario, playbookDirs, runs),
    redactStdin,
    redactFolder,
    openForBundle: (target, request, warn) => bundles.open(target, request, warn),
    packEngine: (engine, minutes, request, progress) => bundles.packEngine(engine, minutes, request, progress),
    packRun: (run, request, progress) => bundles.packRun(run, request, progress),
    page: (engine, format, waiving) => bundles.page(engine, format, waiving),
    openSos: async (paths, request) => runs.openEvidence(await openSos(paths), request),
    difference: (before, after) => runs.difference(before, after),
    openRecorded: async (file, request) => runs.openEvidence(await openEvidence(file), request),
    journal: () => journals.list(),
    journalEntry: async (id) => {
      const { summary, events, folded } = await journals.read(id);
      const said = events.flatMap(({ at, event }) => {
        const words = eventWords(event);
        return words ? [{ at, says: words.node ? `${words.node}: ${words.says}` : words.says }] : [];
      });
      return { entry: summary, events: said, ...(folded.fix && { fix: folded.fix }) };
    },
    reopen: async (id) => {
      const { summary, events } = await journals.read(id);
      return runs.reopen(
        summary.id,
        events.map((e) => e.event),
      );
    },
  };
}

const asked = (trust: (question: TrustQuestion) => Promise<boolean>) => (key: HostKey) => trust(key);

async function* census(
  target: Target,
  trust: (question: TrustQuestion) => Promise<boolean>,
  signal: AbortSignal,
  { libraries, runs, env }: Pick<Parts, 'libraries' | 'runs' | 'env'>,
): AsyncGenerator<NodeCensus> {
  const lab = 'practice' in target ? await runs.practice(target.practice, []) : undefined;
  const site: Site = 'site' in target ? await readSite(target.site, env) : (lab as { site: Site }).site;
  const transport = createTransport({ trust: asked(trust) });
  try {
    const look = lookThrough(transport, signal);
    const wanted = privileges((await libraries.load([])).library);
    for await (const { skew, actsAs, packages: _, ...row } of lookAtNodes(site.nodes, look)) {
      const denied = actsAs
        .filter((a) => !a.ok && a.why !== row.why)
        .map((a) => `cannot act as ${a.user}: ${a.why ?? 'refused'}`);
      const node = site.nodes.find((n) => n.name === row.name);
      const limits =
        node && row.reached && row.user !== 'root' ? impossible(await refusedBy(node, wanted, look)) : undefined;
      const why = [row.why, ...denied, limits].filter((w) => w !== undefined).join('; ');
      const { why: _why, ...rest } = row;
      yield { ...rest, ...(why && { why }), ...(skew && { skewMs: Math.round(skew.seconds * 1000) }) };
    }
  } finally {
    await transport.close();
    await lab?.close();
  }
}

/** What the node's sudo would not run of what is wanted on nodes of its roles. */
async function refusedBy(node: SiteNode, wanted: readonly Privilege[], look: Look): Promise<readonly Privilege[]> {
  const ask = (id: string, allowed: Allowed) => ({ id, argv: wouldRun(allowed), deadline: 10 });
  const refused = (answer: Answer | undefined) => answer?.result === 'exited' && answer.code !== 0;
  if (!refused((await look(node, [ask('any', ANYTHING)])).get('any'))) return [];
  const users = serviceUsers(node);
  const mine = wanted.filter(
    (p) =>
      (p.on === undefined || p.on === 'any' || node.roles.includes(p.on)) && (p.as === 'root' || users.includes(p.as)),
  );
  const answers = await look(
    node,
    mine.map((p, at) => ask(String(at), p)),
  );
  return mine.filter((_, at) => refused(answers.get(String(at))));
}

async function propose(request: InitRequest, signal: AbortSignal, env: Env): Promise<SiteProposal> {
  await refuseUnwritable(request.file, request.replace);
  const config = request.sshConfig === undefined ? undefined : resolve(request.sshConfig);
  const home = env.HOME ?? homedir();
  const hosts =
    request.hosts.length > 0 ? request.hosts : await aliasesOf(config ?? join(home, '.ssh', 'config'), home);
  const reach = {
    ...(config !== undefined && { config }),
    ...(request.identity !== undefined && { identity: [resolve(request.identity)] }),
  };
  const transport = createTransport({ trust: asked(request.trust) });
  try {
    const proposal = await proposeSite(request.name ?? 'site', wanted(hosts, reach), lookThrough(transport, signal));
    if (proposal.site.nodes.length === 0 && !signal.aborted)
      throw new InputError(
        [
          'no host with Ceph or OpenStack services was reached',
          ...proposal.unreachable.map((u) => `${u.name}: ${u.detail}`),
        ].join('\n'),
      );
    return {
      file: request.file,
      yaml: writeSite(proposal.site, siteNotes(proposal.found), proposal.unreachable),
      nodes: [
        ...proposal.found.map((f) => ({
          name: f.node.name,
          host: f.node.reach.host,
          reached: true,
          roles: f.roles,
          ...(f.notes.length > 0 && { why: f.notes.join('; ') }),
        })),
        ...proposal.leftOut.map((f) => ({
          name: f.node.name,
          host: f.node.reach.host,
          reached: true,
          roles: [],
          why: 'no Ceph or OpenStack service was found on it; left out',
        })),
        ...proposal.unreachable.map((u) => ({ name: u.name, host: u.host, reached: false, roles: [], why: u.detail })),
      ],
    };
  } finally {
    await transport.close();
  }
}

async function aliasesOf(config: string, home: string): Promise<readonly string[]> {
  try {
    const aliases = await readAliases(config, home);
    if (aliases.length > 0) return aliases;
    throw new InputError(`${config} has no concrete Host entries`, 'Name the hosts: inkling init HOST…');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `the ssh configuration cannot be read: ${reasonOf(error, config)}`,
      'Name the hosts: inkling init HOST…',
    );
  }
}

function wanted(hosts: readonly string[], reach: object) {
  try {
    return candidates({ hosts, reach });
  } catch (error) {
    throw new InputError((error as Error).message);
  }
}

async function suite(
  ids: readonly string[],
  playbookDirs: readonly string[],
  libraries: Libraries,
): Promise<TrialSuite> {
  const { library } = await libraries.load(playbookDirs);
  const playbooks = chosen(library, ids);
  const scenarios = [HEALTHY, ...playbooks.flatMap((p) => library.scenarios.filter((s) => s.playbook === p.id))];
  return {
    playbooks: playbooks.map((p) => p.id),
    scenarios: scenarios.map(({ id, playbook, expect }) => ({
      id,
      playbook,
      expected: expect.causes.map((c) => c.id),
    })),
    run: (signal) => tryAll(library, scenarios, signal),
    gaps: (trials) => gapsOf(playbooks, trials),
  };
}

async function lint(paths: readonly string[], libraries: Libraries) {
  const folders = await Promise.all(paths.map(folderOf));
  const read = await libraries.read([libraries.shipped, ...folders]);
  return read.ok
    ? { files: read.files.length, problems: [] }
    : { files: Math.max(1, paths.length), problems: read.problems.map(formatProblem) };
}

/** A playbook's own file stands for the folder of playbooks that it lies in. */
async function folderOf(path: string): Promise<string> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) throw new InputError(`${path} does not exist`);
  if (entry.isFile()) {
    if (basename(path) === 'playbook.yaml') return join(path, '..', '..');
    throw new InputError(`${path} is no playbook`, 'A playbook is a file NAME/playbook.yaml: name it, or its folder');
  }
  const own = await stat(join(path, 'playbook.yaml')).catch(() => undefined);
  return own ? join(path, '..') : path;
}

async function serve(scenario: string, playbookDirs: readonly string[], runs: Runs): Promise<PracticeCluster> {
  const lab = await runs.practice(scenario, playbookDirs);
  const siteFile = join(lab.folder, 'site.yaml');
  const sshConfig = join(lab.folder, 'ssh_config');
  await writeFile(siteFile, writeSite(lab.site), { mode: 0o600 });
  const hosts = lab.site.nodes.map(({ name, reach }) =>
    [
      `Host ${name}`,
      `  HostName ${reach.host}`,
      `  Port ${reach.port}`,
      `  User ${reach.user}`,
      `  IdentityFile ${reach.identity?.[0] ?? ''}`,
      `  UserKnownHostsFile ${reach.knownHosts?.[0] ?? ''}`,
      '  IdentitiesOnly yes',
      '',
    ].join('\n'),
  );
  await writeFile(sshConfig, hosts.join(''), { mode: 0o600 });
  return {
    scenario,
    nodes: lab.site.nodes.map(({ name, roles, reach }) => ({ name, host: reach.host, port: reach.port ?? 22, roles })),
    siteFile,
    sshConfig,
    close: () => lab.close(),
  };
}
