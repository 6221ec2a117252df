/** The rows of the fault matrix. `elsewhere` and `not`: why a row has no test in this folder. */
export interface Row {
  readonly fault: string;
  /** Tests of the ordinary suite that inject it. */
  readonly elsewhere?: string;
  /** Why it cannot be injected here, or what is not built yet. */
  readonly not?: string;
}

export const MATRIX: Readonly<Record<`${'F' | 'T' | 'U'}${number}`, Row>> = {
  F1: { fault: 'unknown host key' },
  F2: { fault: 'changed or revoked host key' },
  F3: { fault: 'port refused' },
  F4: { fault: 'black hole' },
  F5: { fault: 'banner never comes' },
  F6: { fault: 'slow link' },
  F7: { fault: 'reset while idle' },
  F8: { fault: 'reset in a read-only command' },
  F9: { fault: 'reset while the script goes up' },
  F10: { fault: 'reset after the script ran, before the answer' },
  F11: { fault: 'half close' },
  F12: { fault: 'corrupted bytes' },
  F13: { fault: 'freeze' },
  F14: { fault: 'freeze and thaw within the limit' },
  F15: { fault: 'MaxSessions 1, 2, 10' },
  F16: { fault: 'MaxStartups', elsewhere: 'test/transport/contract.ts, both clients' },
  F17: { fault: 'agent gone, key refused', elsewhere: 'test/transport/contract.ts, test/transport/openssh.test.ts' },
  F18: { fault: 'jump host dies in the middle of a fix' },
  F19: { fault: 'sshd restarted in the middle of a fix' },
  F20: { fault: 'node reboots in the middle of a fix' },
  F21: { fault: 'command hangs' },
  F22: { fault: 'monitors dead' },
  F23: { fault: 'output flood' },
  F24: { fault: 'one endless line; a million lines' },
  F25: { fault: 'deep or huge JSON', elsewhere: 'test/parsers/hostile.test.ts' },
  F26: { fault: 'process ignores TERM; child keeps stdout' },
  F27: { fault: 'login scripts print, alias, set -e', elsewhere: 'test/transport/contract.ts, both clients' },
  F28: { fault: 'login shell fish, tcsh, zsh, dash', elsewhere: 'test/transport/contract.ts, for those installed' },
  F29: { fault: 'other locales' },
  F30: { fault: 'non-UTF-8, BOM, CRLF, NUL in a file' },
  F31: { fault: 'sudo wants a password, or refuses' },
  F32: {
    fault: 'program missing, other version',
    elsewhere: 'test/transport/answer.test.ts, test/engine/observe.test.ts',
  },
  F33: { fault: 'disk full on write, backup or temporary file' },
  F34: { fault: 'read-only, immutable, ulimit, failing fsync' },
  F35: { fault: 'SIGKILL of the remote writer at every system call' },
  F36: { fault: 'SIGKILL of Inkling at every journal step' },
  F37: { fault: 'power cut: journal cut at every byte' },
  F38: { fault: 'journal cannot be written' },
  F39: { fault: 'clocks' },
  F40: { fault: 'file changed between plan and apply' },
  F41: { fault: 'file becomes a link, folder, FIFO, vanishes' },
  F42: { fault: 'two operators' },
  F43: { fault: 'lock left behind by a crash' },
  F44: { fault: 'double Enter, key repeat, paste into a confirm' },
  F45: { fault: 'resize during a confirm' },
  F46: { fault: 'same fix again after success' },
  F47: { fault: 'verification fails after apply' },
  F48: { fault: 'undo fails; or the file has changed since' },
  F49: { fault: 'restart hangs or fails', elsewhere: 'test/engine/transaction.test.ts, test/engine/dead-man.test.ts' },
  F50: { fault: 'the fix cuts access', elsewhere: 'test/engine/dead-man.test.ts, with shortened times' },
  F51: { fault: 'Ctrl-C, SIGTERM, SIGHUP at every step' },
  F52: { fault: 'uncaught exception, out of memory' },
  T13: { fault: 'others read keys in arguments and environments' },
  T20: { fault: 'journal forged or damaged' },
  U1: { fault: 'every repair is taken back' },
  F53: { fault: 'no terminal, dumb, few colours' },
};

export type RowId = keyof typeof MATRIX;
