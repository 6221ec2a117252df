import { fail, ok, type Program, unsupported } from '../shell/program.ts';

/** `flock [-w SECONDS] FILE PROGRAM …` or `flock FD`: the practice nodes run one program of one operator at a time, so the lock is always free. */
export const flock: Program = (call) => {
  const args = [...call.args];
  while (args[0]?.startsWith('-')) {
    const option = args.shift();
    if (['-w', '-E', '--timeout', '--conflict-exit-code'].includes(option ?? '')) args.shift();
    else if (!['-n', '-s', '-x', '-e', '-o', '--nonblock', '--exclusive'].includes(option ?? ''))
      return unsupported(call, `the option ${option}`);
  }
  const [file, ...program] = args;
  if (/^\d+$/.test(file ?? '') && program.length === 0) return ok();
  if (file === undefined || program.length === 0)
    return fail(64, 'flock: requires file descriptor, file or directory\n');
  if (!call.node.files.tryFind(call.identity, file)) call.node.files.write(call.identity, file, '', false, 0o600);
  return call.run(program, { stdin: call.stdin });
};

/** Starts units that wait in the background. The practice cluster ends with the program that uses it, and so do they. */
export const systemdRun: Program = (call) => {
  const unit = call.args.find((a) => a.startsWith('--unit='))?.slice('--unit='.length) ?? 'run-u1';
  if (call.identity.uid !== 0)
    return fail(1, 'Failed to start transient service unit: Interactive authentication required.\n');
  return ok('', call.args.includes('--quiet') ? '' : `Running as unit: ${unit}.service\n`);
};
