import { describe, expect, test } from 'vitest';
import { unknown } from '../../src/domain/fact.ts';
import type { Cause, Verdict } from '../../src/domain/judgement.ts';
import type { LogRecord, Named } from '../../src/domain/logs.ts';
import type { Model } from '../../src/domain/model.ts';
import { diagnose } from '../../src/engine/diagnose.ts';
import { type CauseSketch, model, playbook, result } from './samples.ts';

const record = (over: Partial<LogRecord> = {}): LogRecord => ({
  node: 'a',
  service: 'nova-compute',
  at: 1_795_384_172,
  level: 'ERROR',
  text: 'rados.PermissionDeniedError: [errno 13] RADOS permission denied',
  signatures: ['denied'],
  named: [],
  from: [],
  ...over,
});
const withLogs = (...records: readonly LogRecord[]): Model => ({
  ...model,
  logs: [
    {
      id: 'nova-compute@a',
      node: 'a',
      service: 'nova-compute',
      unit: 'nova-compute',
      sources: ['/var/log/x.log'],
      records,
    },
  ],
});
const sketch: CauseSketch = { proof: ['proof'], seen: ['path'], logs: ['denied'] };

function causes(m: Model, proof: Verdict, path: Verdict, pasted: readonly Named[] = []): readonly Cause[] {
  return diagnose(m, [playbook({ x: sketch })], [result('proof', proof), result('path', path)], new Map(), pasted);
}

describe('what a log adds to a cause', () => {
  test.each([
    ['fail', 'unknown', 'confirmed'],
    ['fail', 'skip', 'confirmed'],
    ['fail', 'fail', 'confirmed'],
    // The path was looked at and is free: an older line does not outweigh that.
    ['fail', 'pass', 'possible'],
    ['pass', 'unknown', undefined],
    ['pass', 'fail', undefined],
    ['unknown', 'unknown', undefined],
    ['unknown', 'pass', undefined],
  ] as const)('proof %s, path %s, and a line: %s', (proof, path, expected) => {
    expect(causes(withLogs(record()), proof, path).find((c) => c.subject === 'a')?.status).toBe(expected);
  });

  test('a log that could not be read changes nothing', () => {
    const dark: Model = {
      ...model,
      logs: withLogs().logs.map((l) => ({ ...l, records: unknown('no answer', 'timeout') })),
    };
    expect(causes(dark, 'fail', 'unknown')[0]?.status).toBe('likely');
  });

  test('lines of other nodes, of other signatures, or about another client are not its own', () => {
    const others = [record({ node: 'b' }), record({ signatures: ['other'] })];
    expect(causes(withLogs(...others), 'fail', 'unknown').find((c) => c.subject === 'a')?.status).toBe('likely');
  });

  test('a line elsewhere that names the node counts', () => {
    const there = record({ node: 'z', named: [{ kind: 'host', name: 'a.example.org' }] });
    expect(causes(withLogs(there), 'fail', 'unknown').find((c) => c.subject === 'a')?.status).toBe('confirmed');
  });

  test('evidence is the newest line, how many there were, and from when to when', () => {
    const lines = [record({ at: 1_795_384_172, text: 'first' }), record({ at: 1_795_384_232.5, text: 'second' })];
    expect(causes(withLogs(...lines), 'fail', 'fail')[0]?.evidence.at(-1)).toEqual({
      node: 'a',
      says: 'nova-compute logged it 2 times, from 21:49:32 to 21:50:32 UTC',
      command: 'sudo tail -n 200 /var/log/x.log',
      output: 'second',
      log: {
        service: 'nova-compute',
        signature: 'denied',
        count: 2,
        first: '2026-11-22T21:49:32.000Z',
        last: '2026-11-22T21:50:32.500Z',
      },
    });
  });
});

describe('what was pasted', () => {
  const both = [
    result('proof', 'fail', 'a'),
    result('proof', 'fail', 'b'),
    result('path', 'fail', 'a'),
    result('path', 'fail', 'b'),
  ];
  const order = (m: Model, pasted: readonly Named[]) =>
    diagnose(m, [playbook({ x: sketch })], both, new Map(), pasted).map((c) => [c.subject, c.touches]);

  test('puts causes about it first and marks them', () => {
    expect(order(model, [])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    expect(order(model, [{ kind: 'host', name: 'b' }])).toEqual([
      ['b', ['host b']],
      ['a', undefined],
    ]);
  });

  test('a request counts where a service logged it', () => {
    const request = { kind: 'request', name: '2b982028-aeb1-45b4-8897-38e1450ec2ba' };
    const logged = withLogs(record({ node: 'b', named: [request] }));
    expect(order(logged, [request])[0]).toEqual(['b', [`request ${request.name}`]]);
  });

  test('an error that the cause makes services print counts, and one of another cause does not', () => {
    const second = playbook({ x: { ...sketch, logs: [] }, y: sketch });
    const found = diagnose(model, [second], both, new Map(), [{ kind: 'says', name: 'denied' }]);
    expect(found.map((c) => [c.id, c.touches?.[0]])).toEqual([
      ['y', 'says denied'],
      ['y', 'says denied'],
      ['x', undefined],
      ['x', undefined],
    ]);
  });

  test('an address is not another that begins alike, and an errno tells nothing apart', () => {
    expect(
      order(model, [
        { kind: 'host', name: '10.77.0.1' },
        { kind: 'errno', name: '13' },
      ]).map(([, t]) => t),
    ).toEqual([undefined, undefined]);
  });

  test('does not lift what is less sure above what is surer', () => {
    const results = [
      result('proof', 'fail', 'a'),
      result('path', 'fail', 'a'),
      result('proof', 'fail', 'b'),
      result('path', 'unknown', 'b'),
    ];
    const found = diagnose(model, [playbook({ x: sketch })], results, new Map(), [{ kind: 'host', name: 'b' }]);
    expect(found.map((c) => [c.subject, c.status])).toEqual([
      ['a', 'confirmed'],
      ['b', 'likely'],
    ]);
  });
});
