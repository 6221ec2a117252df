import { fail, type Program } from '../shell/program.ts';

/** Editors need a terminal of their own, which the practice nodes have not. */
export const editor: Program = (call) => {
  const file = call.args.find((a) => !a.startsWith('-') && !a.startsWith('+')) ?? 'FILE';
  return fail(
    1,
    `${call.name}: the practice nodes have no editor. Change ${file} with sed -i or a here-document (cat > ${file} <<'EOF'), or edit a copy on your side: scp -F SSH_CONFIG ${call.node.name}:${file} . ; $EDITOR …; scp it back\n`,
  );
};

/** Programs of a Debian node that are not modelled: they say so, and invent nothing. */
export const absent: Program = (call) => fail(127, `${call.name}: not in the practice cluster\n`);

export const ABSENT = [
  'free', 'gdb', 'htop', 'lsblk', 'lsof', 'man', 'netstat', 'nmap', 'pgrep', 'ps', 'pkill', 'python3', 'rabbitmqctl', 'rbd-nbd', 'rsync',
  'strace', 'tcpdump', 'top', 'tmux', 'screen', 'telnet',
]; // biome-ignore format: a list
