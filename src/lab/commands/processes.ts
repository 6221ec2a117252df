import { ok, type Program, unsupported } from '../shell/program.ts';

/** `ps -ww -C NAME,NAME -o args=`: command lines of the services of this node, by the name of their program. */
export const ps: Program = (call) => {
  const [wide, by, names = '', output, columns] = call.args;
  if (wide !== '-ww' || by !== '-C' || output !== '-o' || columns !== 'args=')
    return unsupported(call, `\`ps ${call.args.join(' ')}\``);
  const wanted = new Set(names.split(','));
  const found = [...call.node.units.values()].flatMap(({ active, commandLine = '' }) => {
    const programs = commandLine.split(' ').filter((word) => word.startsWith('/'));
    return active === 'active' && programs.some((p) => wanted.has(p.split('/').at(-1) ?? '')) ? [commandLine] : [];
  });
  return found.length > 0 ? ok(found.map((line) => `${line}\n`).join('')) : { code: 1, stdout: '', stderr: '' };
};
