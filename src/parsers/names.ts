import { complaint, type Parser, unparsed } from './parser.ts';

// 10.77.0.22      STREAM compute-2          (getent ahosts NAME; exit 2 when nobody knows the name)
export const resolved: Parser<{
  readonly ok: boolean;
  readonly addresses: readonly string[];
  readonly canonical: string;
}> = (answer) => {
  if (answer.code === 2) return { ok: false, addresses: [], canonical: '' };
  if (answer.code !== 0) return unparsed(complaint(answer));
  const found = [...answer.stdout.matchAll(/^([0-9a-f.:]+)(?:%\w+)?\s+(?:STREAM|DGRAM|RAW)[ \t]*(\S*)/gim)];
  const addresses = [...new Set(found.map((m) => (m[1] as string).replace(/^::ffff:/, '')))];
  return addresses.length > 0
    ? { ok: true, addresses, canonical: found.find((m) => m[2] !== '')?.[2] ?? '' }
    : unparsed('getent printed no address');
};

// LISTEN 0      1000         *:16509       *:*          (ss -Hltn)
export const listeners: Parser<readonly { readonly address: string; readonly port: number }[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  const found = [...answer.stdout.matchAll(/^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/gm)].map(([, address, port]) => ({
    address: (address as string).replace(/^\[|\]$|%\w+/g, ''),
    port: Number(port),
  }));
  return found.length > 0 ? found : unparsed('ss names no port, and sshd listens at least');
};

// 10.77.0.21 fd00::21          (hostname -I)
export const words: Parser<readonly string[]> = (answer) => {
  const found = answer.stdout.split(/\s+/).filter((w) => w !== '');
  return answer.code === 0 && found.length > 0 ? found : unparsed(complaint(answer));
};
