// 3 packets transmitted, 3 received, 0% packet loss, time 2002ms          (ping -c N HOST)
import { complaint, type Parser, unparsed } from './parser.ts';

/** Did any packet come back? A packet that the own interface refuses to send did not. */
export const packet: Parser<{ ok: boolean; says: string }> = (answer) => {
  const [, sent, back] = /\b(\d{1,9}) packets transmitted, (\d{1,9}) received/.exec(answer.stdout) ?? [];
  if (sent !== undefined)
    return {
      ok: Number(back) > 0,
      // A way that says how much fits it is no trouble: TCP sends as much.
      says: /frag(mentation)? needed|too long/i.test(`${answer.stdout}${answer.stderr}`)
        ? 'the way tells of a smaller MTU'
        : `${back} of ${sent} came back`,
    };
  if (/unreachable|too long/i.test(`${answer.stderr}${answer.stdout}`)) return { ok: false, says: complaint(answer) };
  return unparsed(complaint(answer));
};
