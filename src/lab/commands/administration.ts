import { fail, ok, type Program, unsupported } from '../shell/program.ts';
import { runningOptions } from '../world/cloud.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import { optionOf, parseIni } from '../world/ini.ts';
import { readInput } from './input.ts';
import { duration } from './shells.ts';

/** `nova-manage cell_v2 discover_hosts`: works on the database, which only the controller's nova.conf names. Says nothing of Ceph. */
export const novaManage: Program = (call) => {
  if (call.args.join(' ') !== 'cell_v2 discover_hosts')
    return unsupported(call, `${call.args.join(' ')}; it knows cell_v2 discover_hosts`);
  const own = runningOptions(call.world.cloud, call.node.name, 'nova-api.service');
  if (optionOf(own, 'api_database', 'connection') !== undefined) return ok();
  const says = 'oslo_db.exception.CantStartEngineError: No sql_connection parameter is established';
  return fail(255, '', `An error has occurred:\nTraceback (most recent call last):\n${says}\n`);
};

/** `sysctl -p [FILE]`: applies nothing here, and says what it would. */
export const sysctl: Program = (call) => {
  const at = call.args.findIndex((a) => a === '-p' || a.startsWith('--load'));
  if (at < 0) return unsupported(call, 'this use (only -p FILE)');
  if (call.identity.uid !== 0) return fail(255, 'sysctl: permission denied\n');
  const path = call.args[at + 1] ?? '/etc/sysctl.conf';
  try {
    const options = parseIni(readInput(call, path).toString());
    return ok(options.map((o) => `${o.name} = ${o.value}\n`).join(''));
  } catch (error) {
    if (error instanceof SyntaxError) return fail(255, `sysctl: ${path}: syntax error, continuing...\n`);
    if (!(error instanceof FileError)) throw error;
    return fail(255, `sysctl: cannot open "${path}": ${STRERROR[error.code]}\n`);
  }
};

/** `watch COMMAND`: once, for it would fill a screen until ended. */
export const watch: Program = async (call) => {
  const args = [...call.args];
  let every = 2;
  for (let option = args[0]; option?.startsWith('-'); option = args[0]) {
    args.shift();
    const given = /^-n(.+)$/.exec(option)?.[1] ?? (/^(-n|--interval)$/.test(option) ? args.shift() : undefined);
    every = duration(given) ?? every;
  }
  const command = args.join(' ');
  if (command === '') return fail(1, 'Usage:\n watch [options] command\n');
  const ran = await call.script(command, []);
  const head = `Every ${every.toFixed(1)}s: ${command}    ${call.node.name}\n\n`;
  const note = 'watch: the practice nodes run it once\n';
  const bytes = ran.bytes === true && { bytes: true };
  return { code: ran.code, stdout: head + ran.stdout, stderr: ran.stderr + note, ...bytes };
};

/** What `COMMAND &` runs: what it says at once is shown, and it goes on until its shell ends. */
export const background: Program = async (call) => {
  const running = call.script(call.args.join(' '), []);
  const soon = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 20));
  const first = await Promise.race([running, soon]);
  return first ? { ...first, code: 0 } : ok();
};
