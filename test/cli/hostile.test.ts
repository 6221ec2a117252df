import { setImmediate } from 'node:timers/promises';
import { Terminal } from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import { HOSTILE, RAW } from '../support/hostile.ts';
import { FakeEngine, fakePort, say } from './fake.ts';
import { check, judgement, staleKey, state } from './sample.ts';

/** A run in which file names, host names, outputs, the pasted text and the site say `text`. */
const saying = (text: string): EngineState =>
  state({
    run: { ...state().run, site: `lab${text}`, pasted: [{ kind: 'pool', name: text }] },
    judgement: judgement({
      causes: [
        {
          ...staleKey,
          title: `The keyring ${text}`,
          subject: `client${text}`,
          nodes: [`controller${text}`],
          evidence: [{ node: `controller${text}`, says: text, command: `cat /etc/ceph/${text}`, output: `a\n${text}` }],
          unseen: [text],
          references: [text],
        },
      ],
      checks: [check({ node: `controller${text}`, says: text }), check({ check: 'x', verdict: 'warn', says: text })],
      nodes: [{ name: `compute${text}`, roles: ['nova-compute'], reached: false, why: `refused: ${text}` }],
    }),
  });

const CASES = Object.entries(HOSTILE);
const port = (now: EngineState) =>
  fakePort({ findSite: async () => `${now.run.site}.yaml`, open: async () => new FakeEngine(now) });
const said = async (text: string, format: string): Promise<string> => {
  const { stdout, stderr } = await say(['check', '--format', format], port(saying(text)));
  return stdout + stderr;
};
test('there are 74 of them', () => expect(CASES).toHaveLength(74));

describe.each(['text', 'json', 'ndjson', 'junit', 'sarif'])('--format %s', (format) => {
  test('nothing of any case leaves as it came', async () => {
    const wrong: string[] = [];
    for (const [name, text] of CASES) if (RAW.test(await said(text, format))) wrong.push(name);
    expect(wrong).toEqual([]);
  });
});

test('records stay records: a case adds no line to NDJSON, and JSON gives its text back', async () => {
  for (const [name, text] of CASES) {
    const lines = (await said(text, 'ndjson')).trimEnd().split('\n');
    expect({ name, records: lines.map((line) => typeof JSON.parse(line).event) }).toEqual({
      name,
      records: lines.map(() => 'string'),
    });
    const { causes } = JSON.parse(await said(text, 'json'));
    expect(causes[0].unseen[0].isWellFormed() ? causes[0].unseen[0] : text).toBe(text);
  }
});

test('no case forges a line of the report: ours begin where they begin, and quoted text is marked', async () => {
  for (const [name, text] of CASES) {
    const lines = (await said(text, 'text')).split('\n');
    expect({ name, forged: lines.filter((line) => /^(✓|!|✗ (?!causes))/.test(line)) }).toEqual({ name, forged: [] });
  }
});

const shown = (terminal: Terminal, text: string): Promise<void> =>
  new Promise((done) => terminal.write(text.replaceAll('\n', '\r\n'), done));

test('a terminal shows all reports and does nothing else: no title, clipboard, link, mode, answer or bell', async () => {
  const terminal = new Terminal({ cols: 100, rows: 50, scrollback: 100_000, allowProposedApi: true });
  const acted: string[] = [];
  for (const id of [0, 1, 2, 4, 7, 8, 9, 10, 11, 50, 52, 133, 777, 1337])
    terminal.parser.registerOscHandler(id, (data) => acted.push(`OSC ${id} ${data}`) > 0);
  for (const final of 'ABCDHJKLPSTXbcdfghlmnprstu')
    for (const prefix of ['', '?', '!'])
      terminal.parser.registerCsiHandler(
        { ...(prefix === '?' && { prefix }), ...(prefix === '!' && { intermediates: prefix }), final },
        () => acted.push(`CSI ${prefix}${final}`) > 0,
      );
  terminal.parser.registerDcsHandler({ final: 'q' }, () => acted.push('DCS') > 0);
  terminal.parser.registerEscHandler({ final: 'c' }, () => acted.push('RIS') > 0);
  terminal.onBell(() => acted.push('bell'));
  terminal.onData((data) => acted.push(`answer ${data}`));
  terminal.onTitleChange((title) => acted.push(`title ${title}`));
  for (const [, text] of CASES) await shown(terminal, await said(text, 'text'));
  await setImmediate();
  expect(acted).toEqual([]);
  expect(terminal.buffer.active.type).toBe('normal');
  expect(terminal.modes).toMatchObject({ bracketedPasteMode: false, mouseTrackingMode: 'none', originMode: false });
  terminal.dispose();
});
