import { type Call, fail, has, last, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
import { listening, nodeAt, reach, resolve } from '../world/network.ts';

export const ping: Program = async (call) => {
  const options = parseArguments(call.args, {
    '-c': 'count=',
    '-W': 'wait=',
    '-w': 'deadline=',
    '-i': 'interval=',
    '-n': 'n',
    '-q': 'quiet',
    '-4': '4',
    '-M': 'fragment=',
    '-s': 'size=',
  });
  const [host] = typeof options === 'string' ? [] : options.rest;
  if (typeof options === 'string' || host === undefined)
    return unsupported(call, `the arguments ${call.args.join(' ')}`);
  const address = resolve(call.node, host);
  if (address === undefined) return fail(2, `ping: ${host}: Temporary failure in name resolution\n`);
  const count = Number(last(options, 'count') ?? 4);
  const interval = Number(last(options, 'interval') ?? 1);
  const peer = nodeAt(call.world, call.node, address);
  const bytes = Number(last(options, 'size') ?? 56);
  // No router here tells of a smaller MTU behind it: what is too long for the other end is lost.
  const whole = last(options, 'fragment') !== 'do' || bytes + 28 <= Math.min(call.node.mtu, peer?.mtu ?? 0);
  const swallowed = call.node.firewall.some(
    (r) => r.chain === 'OUTPUT' && r.longer !== undefined && bytes + 28 >= r.longer && (r.peer ?? address) === address,
  );
  const answers = peer !== undefined && whole && !swallowed;
  const times: number[] = [];
  let stdout = `PING ${host} (${address}) ${bytes}(${bytes + 28}) bytes of data.\n`;
  for (let i = 1; i <= count; i++) {
    if (answers) {
      const ms = 0.02 + Math.random() * 0.04 + call.node.delayMs;
      times.push(ms);
      const name = host === address ? address : `${host} (${address})`;
      if (!has(options, 'quiet'))
        stdout += `${bytes + 8} bytes from ${name}: icmp_seq=${i} ttl=64 time=${ms.toFixed(3)} ms\n`;
    }
    const pause = i < count ? interval : answers ? 0 : Number(last(options, 'wait') ?? 10);
    // Shorter ones are over before anybody looks.
    if (pause >= 1 && !(await call.wait(pause))) return { ...fail(143, ''), stdout };
  }
  const loss = Math.round((100 * (count - times.length)) / count);
  const spent = Math.round((count - 1) * interval * 1000 * 1.012);
  stdout += `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${times.length} received, ${loss}% packet loss, time ${spent}ms\n`;
  if (times.length === 0) return { code: 1, stdout: `${stdout}\n`, stderr: '' };
  const mean = times.reduce((a, b) => a + b, 0) / times.length;
  const deviation = Math.sqrt(times.reduce((a, b) => a + (b - mean) ** 2, 0) / times.length);
  stdout += `rtt min/avg/max/mdev = ${[Math.min(...times), mean, Math.max(...times), deviation].map((t) => t.toFixed(3)).join('/')} ms\n`;
  return ok(stdout);
};

export const ss: Program = (call) => {
  const flags = call.args.join('');
  if (!/^(-[ltn4Hap]+)*$/.test(flags) || !flags.includes('l') || !flags.includes('t'))
    return unsupported(call, `${flags} (only -ltn)`);
  const rows = listening(call.node).flatMap((l) => {
    const peer = l.address === '*' ? '*' : '0.0.0.0';
    const own = { ...l, peer };
    return l.port === 22 ? [own, { ...own, address: '[::]', peer: '[::]' }] : [own];
  });
  // Addresses end and ports begin at their colon.
  const [host, port] = [
    Math.max(13, ...rows.map((r) => r.address.length)),
    Math.max(4, ...rows.map((r) => `${r.port}`.length)),
  ];
  const header = `State  Recv-Q Send-Q ${'Local Address'.padStart(host)}:${'Port'.padEnd(port)} Peer Address:PortProcess\n`;
  const line = (r: (typeof rows)[number]): string =>
    `LISTEN 0      ${String(r.backlog).padEnd(6)} ${r.address.padStart(host)}:${String(r.port).padEnd(port)} ${r.peer.padStart(12)}:*          \n`;
  return ok((flags.includes('H') ? '' : header) + rows.map(line).join(''));
};

export const ip: Program = (call) => {
  const words = call.args.filter((a) => !a.startsWith('-'));
  const json = call.args.includes('-j') || call.args.includes('-json');
  if (/^link set (dev )?eth0 mtu \d+$/.test(words.join(' '))) {
    call.node.mtu = Number(words.at(-1));
    return ok();
  }
  const brief = call.args.includes('-br') || call.args.includes('-brief');
  const subject = words[0] ?? '';
  const { address, mtu: bytesMost } = call.node;
  if (/^a(d|dd|ddr|ddress)?$/.test(subject) && (words.length === 1 || words[1] === 'show')) {
    if (json) return ok(`${JSON.stringify(links(address, bytesMost))}\n`);
    if (brief)
      return ok(
        `lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0             UP             ${address}/24 \n`,
      );
    return ok(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu ${bytesMost} qdisc ${queue(call)} state UP group default qlen 1000
    link/ether ${hardware(address)} brd ff:ff:ff:ff:ff:ff
    inet ${address}/24 scope global eth0
       valid_lft forever preferred_lft forever
`);
  }
  if (/^l(ink)?$/.test(subject) && !json && !brief && (words.length === 1 || words[1] === 'show'))
    return ok(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu ${bytesMost} qdisc ${queue(call)} state UP mode DEFAULT group default qlen 1000
    link/ether ${hardware(address)} brd ff:ff:ff:ff:ff:ff
`);
  if (/^r(oute)?$/.test(subject) && words.length === 1)
    return ok(`10.77.0.0/24 dev eth0 proto kernel scope link src ${address} \n`);
  return unsupported(call, call.args.join(' '));
};

const hardware = (address: string): string =>
  `02:00:0a:4d:00:${Number(address.split('.')[3]).toString(16).padStart(2, '0')}`;

const queue = ({ node }: Call): string => (node.delayMs > 0 ? 'netem' : 'noqueue');

/** `tc qdisc add|del dev DEV root netem delay Nms`: a delay of everything that leaves the node; and `show`. */
export const tc: Program = (call) => {
  const words = call.args.join(' ');
  const delay = /^qdisc (?:add|replace) dev \S+ root netem delay (\d+)ms$/.exec(words)?.[1];
  if (delay !== undefined) call.node.delayMs = Number(delay);
  else if (/^qdisc del dev \S+ root\b/.test(words)) call.node.delayMs = 0;
  else if (/^qdisc(?: (?:show|list|ls))?(?: dev \S+)?$/.test(words))
    return ok(
      `qdisc noqueue 0: dev lo root refcnt 2 \n${call.node.delayMs > 0 ? `qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay ${call.node.delayMs}ms\n` : 'qdisc noqueue 0: dev eth0 root refcnt 2 \n'}`,
    );
  else return unsupported(call, words);
  return ok();
};

/** What `ip -j address show` prints of a node. */
const links = (address: string, mtu: number) => [
  {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    mtu: 65_536,
    operstate: 'UNKNOWN',
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host', label: 'lo' }],
  },
  {
    ifindex: 2,
    ifname: 'eth0',
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu,
    operstate: 'UP',
    addr_info: [{ family: 'inet', local: address, prefixlen: 24, scope: 'global', label: 'eth0' }],
  },
];

export const nc: Program = async (call) => {
  const options = parseArguments(call.args, { '-v': 'verbose', '-z': 'zero', '-w': 'wait=', '-n': 'n' });
  if (typeof options === 'string' || !has(options, 'zero')) return unsupported(call, 'this use (only -z)');
  const [host, port] = options.rest;
  if (host === undefined || port === undefined) return fail(1, 'usage: nc [-vz] [-w timeout] [destination] [port]\n');
  const met = reach(call.world, call.node, host, Number(port));
  const address = resolve(call.node, host);
  const loud = (words: string): string => (has(options, 'verbose') ? words : '');
  if (met === 'unknown-name')
    return fail(1, `nc: getaddrinfo for host "${host}" port ${port}: Temporary failure in name resolution\n`);
  if (met === 'open') return ok('', loud(`Connection to ${host} (${address}) ${port} port [tcp/*] succeeded!\n`));
  if (met === 'refused')
    return fail(1, loud(`nc: connect to ${host} (${address}) port ${port} (tcp) failed: Connection refused\n`));
  const given = Number(last(options, 'wait') ?? Number.POSITIVE_INFINITY);
  const seconds = Math.min(met === 'dropped' ? 134 : 3.07, given);
  if (!(await call.wait(seconds))) return fail(143, '');
  const reason =
    seconds < 3.07 || met === 'dropped' ? 'timed out: Operation now in progress' : 'failed: No route to host';
  return fail(1, loud(`nc: connect to ${host} (${address}) port ${port} (tcp) ${reason}\n`));
};
