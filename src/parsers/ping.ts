// 3 packets transmitted, 3 received, 0% packet loss, time 408ms
// rtt min/avg/max/mdev = 0.059/0.267/0.624/0.253 ms          (ping -n -q -c 3 …)
import { complaint, type Parser, unparsed } from './parser.ts';

export interface PingResult {
  readonly answers: boolean;
  readonly lost_percent: number;
  /** Milliseconds there and back. */
  readonly average_ms: number;
}

export const ping: Parser<PingResult> = (answer) => {
  const lost = /\b(\d{1,9}(?:\.\d{1,9})?)% packet loss/.exec(answer.stdout)?.[1];
  if (lost === undefined) return unparsed(complaint(answer));
  const average = /= [\d.]+\/([\d.]+)\//.exec(answer.stdout)?.[1];
  return { answers: average !== undefined, lost_percent: Number(lost), average_ms: Number(average ?? 0) };
};
