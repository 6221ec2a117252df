import { fail, last, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
import type { FirewallRule } from '../world/world.ts';

/** The filter's INPUT and OUTPUT chains, as far as they drop or reject TCP by destination port and peer, or packets by their length. */
export const iptables: Program = (call) => {
  if (call.identity.uid !== 0) return fail(4, `Fatal: can't open lock file /run/xtables.lock: Permission denied\n`);
  const options = parseArguments(call.args, {
    '-S': 'list', '-F': 'flush', '-A': 'add=', '-I': 'add=', '-D': 'delete=', '-p': 'protocol=', '--dport': 'port=', '--dports': 'port=', '-m': 'match=',
    '-j': 'jump=', '--length': 'length=', '-w': 'wait', '-s': 'source=', '-d': 'destination=',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const { node } = call;
  if (options.values.has('list')) {
    const rules = node.firewall.map(
      (r) =>
        `-A ${r.chain}${r.peer === undefined ? '' : ` ${r.chain === 'INPUT' ? '-s' : '-d'} ${r.peer}/32`} ${r.longer ? `-m length --length ${r.longer}:65535` : `-p tcp -m tcp --dport ${r.from === r.to ? r.from : `${r.from}:${r.to}`}`} -j ${r.verdict}${r.verdict === 'REJECT' ? ' --reject-with icmp-port-unreachable' : ''}\n`,
    );
    return ok(`-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n${rules.join('')}`);
  }
  if (options.values.has('flush')) {
    node.firewall = [];
    return ok();
  }
  const verdict = last(options, 'jump');
  const longer = Number(/^(\d+):$/.exec(last(options, 'length') ?? '')?.[1] ?? 0);
  const [from, to = from] = (last(options, 'port') ?? '').split(':').map(Number);
  const chain = last(options, 'add') ?? last(options, 'delete');
  if (
    (chain !== 'INPUT' && chain !== 'OUTPUT') ||
    (!longer && (last(options, 'protocol') !== 'tcp' || !from || !to)) ||
    (verdict !== 'DROP' && verdict !== 'REJECT')
  )
    return unsupported(call, call.args.join(' '));
  const peer = last(options, chain === 'INPUT' ? 'source' : 'destination');
  const rule: FirewallRule = {
    chain,
    ...(peer !== undefined && { peer }),
    from: from || 0,
    to: to || 0,
    verdict,
    ...(longer && { longer }),
  };
  if (options.values.has('add')) node.firewall.push(rule);
  else node.firewall = node.firewall.filter((r) => JSON.stringify(r) !== JSON.stringify(rule));
  return ok();
};
