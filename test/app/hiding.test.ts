import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { Hiding } from '../../src/app/hiding.ts';
import { terminalIo } from '../../src/cli/terminal.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import { lost } from '../../src/domain/question.ts';
import { Store } from '../../src/engine/store.ts';
import { healthy, planned } from '../cli/sample.ts';

const SECRET = 'Hq72LmtZx81aa9';
const fact = (stdout: string, stderr = ''): RunEvent => ({
  type: 'fact',
  fact: {
    id: 'x',
    probe: 'p',
    node: 'compute-1',
    command: 'cat /etc/nova/nova.conf',
    at: '2026-01-02T03:04:05Z',
    answer: { result: 'exited', code: 0, stdout, stderr, dropped: 0, ms: 1 },
  },
});

describe('what a node says goes through one place before anything keeps or shows it', () => {
  const hiding = new Hiding(Buffer.alloc(32, 1));
  const journal: unknown[] = [];
  const keep = (event: RunEvent): void => void journal.push(event);
  const store = new Store(
    { append: async (event) => keep(event), appendSoon: keep, close: async () => {} },
    () => healthy,
    hiding.hide,
  );
  const [fix] = [planned()];

  test('answers, errors, diffs and results: neither the journal nor the state has the secret', async () => {
    store.note(fact(`[database]\nconnection = mysql+pymysql://nova:${SECRET}@db/nova\nrbd_secret_uuid = 5b1f\n`));
    store.note(fact('nothing secret', `Traceback: could not use ${SECRET}\n`));
    store.note({ type: 'node.lost', node: 'c', lost: lost('auth', `refused: password=${SECRET}`) });
    store.note({ type: 'phase', phase: 'failed', error: `cannot parse "${SECRET}"` });
    const plan = { ...fix.plan, steps: fix.plan.steps.map((s) => ({ ...s, shows: [`- password = ${SECRET}`] })) };
    await store.record({ type: 'fix.planned', plan, who: 'ops' });
    await store.record({ type: 'step.result', plan: plan.hash, step: 's1', status: 'failed', says: `x ${SECRET}` });
    for (const sink of [journal, [...store.run.facts], store.state.fix, store.run]) {
      const text = JSON.stringify(sink);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, -2));
    }
    expect(JSON.stringify(journal)).toContain('rbd_secret_uuid = 5b1f');
  });

  test('equal secrets have one token, also in the base64 of a program', () => {
    store.note(fact(`it said ${Buffer.from(`nova:${SECRET}`).toString('base64')}\n`));
    const tokens = JSON.stringify(journal).match(/‹password:[0-9a-f]{12}›/g) ?? [];
    expect(tokens.length).toBeGreaterThan(4);
    expect(new Set(tokens).size).toBe(1);
  });

  test('what is printed goes through another: text, JSON, progress and questions', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const io = terminalIo({
      stdin: new PassThrough() as unknown as ReadStream,
      stdout: stdout as unknown as WriteStream,
      stderr: Object.assign(stderr, { isTTY: true, columns: 80 }) as unknown as WriteStream,
      term: 'xterm',
      plain: true,
      interrupt: () => {},
      sweep: hiding.sweep,
    });
    io.print(`text ${SECRET}`);
    io.emit(JSON.stringify({ says: SECRET }));
    io.tell(`error ${SECRET}`);
    io.progress(`at ${SECRET}`);
    const all = `${stdout.read()}${stderr.read()}`;
    expect(all).not.toContain(SECRET);
    expect(all.match(/‹password:/g)).toHaveLength(4);
  });

  test('what cannot be read is not let out', () => {
    const broken = new Hiding();
    Object.defineProperty(broken.redactor, 'text', {
      value: () => {
        throw new Error(SECRET);
      },
    });
    expect(broken.hide(`password = ${SECRET}`)).toMatch(/^‹hidden/);
  });
});
