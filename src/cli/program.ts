import { Argument, Command, Option } from 'commander';
import { InputError } from '../domain/input-error.ts';
import { nearest } from '../domain/nearest.ts';
import { bundle } from './commands/bundle.ts';
import { check } from './commands/check.ts';
import { diff } from './commands/diff.ts';
import { fix } from './commands/fix.ts';
import { init } from './commands/init.ts';
import { journalList, journalResume, journalShow, journalUndo } from './commands/journal.ts';
import {
  practiceDrill,
  practiceDrills,
  practiceHome,
  practiceLesson,
  practiceLessons,
  practiceProgress,
} from './commands/learn.ts';
import { nodes } from './commands/nodes.ts';
import { open } from './commands/open.ts';
import { playbookLint, playbookList, playbookNew, playbookSchema, playbookShow } from './commands/playbook.ts';
import { playbookTest } from './commands/playbook-test.ts';
import { practiceList, practiceServe } from './commands/practice.ts';
import { redact } from './commands/redact.ts';
import { schema } from './commands/schema.ts';
import { search } from './commands/search.ts';
import { CHECK_FORMATS, type Context, FORMATS, type Globals } from './context.ts';

const EXAMPLES = `
Examples:
  inkling                            the full screen (practice if no site)
  inkling init compute-1 controller  look at hosts and write site.yaml
  inkling check --format json        for other programs
  inkling fix CAUSE --dry-run        the plan only
  source <(inkling complete bash)    shell completion (also zsh, fish)

Exit codes:
  0  healthy or fixed                3  causes found     6  rolled back
  1  Inkling itself failed           4  warnings only    7  rollback failed
  2  usage, site or playbook error   5  incomplete     130  interrupted`;

const yesUpTo = (): Option =>
  new Option('--yes-up-to <risk>', 'confirm steps of up to this risk beforehand').choices([
    'none',
    'reversible',
    'disruptive',
  ]);

/** Runs what was typed; the action's exit code goes to `ended`. */
export type Act = (globals: Globals, action: (context: Context) => Promise<number>) => Promise<void>;

/** The whole command line. `front` runs when no command is named. */
export function program(version: string, act: Act, front: (context: Context) => Promise<number>): Command {
  const root = new Command('inkling')
    .description('Finds out why Ceph and OpenStack do not work together, fixes it safely and proves it.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXAMPLES)
    .addOption(new Option('--site <file>', 'site file with the real nodes').conflicts('practice'))
    .addOption(new Option('--practice <scenario>', 'embedded practice cluster instead of real nodes'))
    .addOption(
      new Option('--format <format>', 'for people or programs; the last four of check only')
        .choices([...FORMATS, ...CHECK_FORMATS])
        .default('text'),
    )
    .option(
      '--playbooks <dir>',
      'folder of further playbooks (repeatable)',
      (dir: string, all: readonly string[] = []): readonly string[] => [...all, dir],
    )
    .option('--timings', 'say how long each node took')
    .option('--no-color', 'plain text; so does NO_COLOR in the environment')
    .allowExcessArguments()
    .showHelpAfterError('  See `inkling --help`.');

  /** An action that gets the context, then the command's own arguments and options. */
  const globals = (): Globals => ({ playbooks: [], ...root.opts<Omit<Globals, 'playbooks'>>() });
  const run =
    (action: (context: Context, ...args: never[]) => Promise<number>) =>
    (...typed: unknown[]): Promise<void> => {
      const args = typed.slice(0, -1) as never[];
      return act(globals(), (context) => {
        refuseFormat(context.globals.format, action);
        return action(context, ...args);
      });
    };

  root.action(() => {
    const [unknown] = root.args;
    if (unknown !== undefined) refuse(root, unknown);
    return act(globals(), front);
  });

  root
    .command('check')
    .description('look at every node and report causes')
    .argument('[playbook...]', 'playbooks to run; all by default')
    .option('--waivers <file>', 'findings that somebody answers for until a day: shown, and not counted')
    .option('--symptom <text>', 'an error or a log excerpt: picks playbooks, and what it names comes first; - reads it')
    .option('--bundle <file>', 'judge what a bundle recorded, or a sosreport; no node is reached')
    .option('--sos <path,…>', 'judge what sos collected: folders or archives, one of each node')
    .action(run(check as never));

  root
    .command('open')
    .description('look into a bundle with the screens of a run; read-only, no node is reached')
    .argument('<bundle>')
    .action(run(open as never));

  root
    .command('diff')
    .description('what changed between two bundles, or between one and now; 0 nothing, 3 something')
    .argument('<before>', 'bundle')
    .argument('[after]', 'bundle; without it: now, as --site or --practice says')
    .action(run(diff as never));

  root
    .command('bundle')
    .description('one file with the evidence of a run, without its secrets')
    .option('--run <id>', 'a run that the journal keeps, or `last`, instead of looking now')
    .option('--since <time>', 'logs of the last 30m, 2h, 1d …', '2h')
    .option('-o, --output <file>', 'file to write; named after the site and the run by default')
    .option('--force', 'replace the file')
    .option('--review', 'show what was replaced and where, and ask, before the file is written')
    .option('-y, --yes', 'do not ask after the review')
    .option('--pseudonyms', 'other names for hosts, addresses and users, and a private file that says which')
    .option('--key <file>', 'equal secrets are seen to be equal in every bundle made with this file')
    .action(run(bundle as never));

  root
    .command('fix')
    .description('look, then repair causes step by step')
    .argument('<cause...>', 'cause ids, as check prints them; id@subject for one of several')
    .option('--dry-run', 'print the plan and change nothing')
    .addOption(yesUpTo())
    .option('--canary', 'afterwards let every service user make a small RBD image in its pools and remove it')
    .option('--with <fix>', 'which fix, when a cause offers several')
    .action(run(fix as never));

  root
    .command('search')
    .description('find the playbook for an error message')
    .argument('<text...>', 'the message, as pasted')
    .action(run(search as never));

  root
    .command('init')
    .description('look at hosts and write the site file')
    .argument('[host...]', '[user@]host[:port] or ssh aliases; none: the aliases of the ssh configuration')
    .option('-o, --output <file>', 'site file to write', 'site.yaml')
    .option('-F, --ssh-config <file>', 'ssh configuration, as ssh -F')
    .option('-i, --identity <file>', 'private key')
    .option('--name <name>', 'name of the site')
    .option('-y, --yes', 'accept the roles that were found')
    .option('--force', 'replace the file')
    .action(run(init as never));

  root
    .command('nodes')
    .description('who is reachable, with which rights and versions')
    .action(run(nodes as never));

  const playbook = root.command('playbook').description('the rules that Inkling judges by');
  playbook
    .command('list')
    .description('all playbooks')
    .action(run(playbookList as never));
  playbook
    .command('show')
    .description('one playbook')
    .argument('<id>')
    .action(run(playbookShow as never));
  playbook
    .command('lint')
    .description('check playbook files; those shipped by default')
    .argument('[path...]', 'files or folders')
    .action(run(playbookLint as never));
  playbook
    .command('test')
    .description('try the scenarios of playbooks on the practice cluster; 0 all as expected, 3 not')
    .argument('[id...]', 'playbooks; all by default')
    .option('--matrix', 'print which playbook finds what in every scenario')
    .action(run(playbookTest as never));
  playbook
    .command('new')
    .description('begin a playbook, with a scenario that passes, in the folder that --playbooks names')
    .argument('<id>', 'lower-case words joined by hyphens')
    .action(run(playbookNew as never));
  playbook
    .command('schema')
    .description('JSON Schema of a playbook file')
    .action(run(playbookSchema as never));

  const practice = root
    .command('practice')
    .description('the embedded practice cluster: lessons, drills, free play')
    .action(run(practiceHome as never));
  practice
    .command('lessons')
    .description('lessons, one a line, and how far you are')
    .action(run(practiceLessons as never));
  practice
    .command('lesson')
    .description('take a lesson; without a terminal its text')
    .argument('<id>')
    .option('--walk', 'do its steps on a fresh cluster and say which goals they reach; 0 all of them, 3 not')
    .option('--resume', 'go on where it was left')
    .action(run(practiceLesson as never));
  practice
    .command('drills')
    .description('drills by their reports, one a line, and your best results')
    .action(run(practiceDrills as never));
  practice
    .command('drill')
    .description('find and repair a fault of which you know what a user says; two ids joined by + for two at once')
    .argument('[id]')
    .option('--random', 'any fault that you have not mended yet')
    .option('--double', 'two faults at once')
    .option('--answer <cause...>', 'without a terminal: do what stdin says, a line each (NODE COMMAND), and grade it')
    .option('--resume', 'go on where it was left')
    .action(run(practiceDrill as never));
  practice
    .command('progress')
    .description('what you have done so far')
    .option('--reset', 'forget it')
    .action(run(practiceProgress as never));
  practice
    .command('list')
    .description('scenarios, one a line')
    .action(run(practiceList as never));
  practice
    .command('serve')
    .description('run it until stopped, open to any ssh client on this machine')
    .argument('[scenario]')
    .action(run(practiceServe as never));

  const journal = root.command('journal').description('what earlier runs saw and changed');
  journal
    .command('list')
    .description('runs, newest first')
    .action(run(journalList as never));
  journal
    .command('show')
    .description('one run')
    .addArgument(runId())
    .action(run(journalShow as never));
  journal
    .command('undo')
    .description('take back what a run changed')
    .addArgument(runId())
    .addOption(yesUpTo())
    .action(run(journalUndo as never));
  journal
    .command('resume')
    .description('settle a run that was cut off and go on')
    .addArgument(runId())
    .addOption(yesUpTo())
    .action(run(journalResume as never));

  root
    .command('redact')
    .description('take secrets out of text or of a folder of files')
    .argument('[folder]', 'folder with the files; without it: stdin to stdout')
    .option('-o, --output <folder>', 'new folder for the files without secrets')
    .option('--origin <command or path>', 'where the text on stdin came from; tells what a bare value is')
    .option('--key <file>', 'make equal tokens in every run that uses this file')
    .action(run(redact as never));

  root
    .command('schema')
    .description('JSON Schema of the report of check --format json')
    .action(run(schema as never));
  for (const command of root.commands) strict(command, root.name());
  return root;
}

/** Formats of test results and scanners have no words for anything but a check. */
function refuseFormat(format: Globals['format'], action: unknown): void {
  if (action !== check && CHECK_FORMATS.some((one) => one === format))
    throw new InputError(`--format ${format} is for \`inkling check\``, 'Use text, json or ndjson here');
}

/** Nothing that was typed is passed over, and each mistake says where to read on. */
function strict(command: Command, parent: string): void {
  const name = `${parent} ${command.name()}`;
  command.allowExcessArguments(false).showHelpAfterError(`  See \`${name} --help\`.`);
  for (const sub of command.commands) strict(sub, name);
}

const runId = (): Argument => new Argument('<run>', 'id as journal list prints it, or `last`');

function refuse(root: Command, name: string): never {
  const meant = nearest(
    name,
    root.commands.map((command) => command.name()),
  );
  if (meant !== undefined) root.showHelpAfterError(`  Did you mean \`${meant}\`?`);
  return root.error(`error: unknown command '${name}'`);
}
