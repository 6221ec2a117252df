import { describe, expect, test } from 'vitest';
import type { Backend, ConfigOption, Daemon } from '../../src/domain/site-state.ts';
import { Readings } from '../../src/engine/model/readings.ts';
import { records } from '../../src/engine/model/records.ts';

const unit = {
  load: 'loaded',
  active: 'active',
  sub: 'running',
  result: 'success',
  restarts: 0,
  since: 0,
  log_file: '',
  user: '',
  drop_ins: [],
  command: '',
};
const database: Daemon = {
  ...unit,
  id: 'mariadb@c',
  name: 'mariadb',
  node: 'c',
  part: 'database',
  enabled: true,
  mask: 'none',
  from: [],
};
const backend = (name: string, node = 'c'): Backend => ({
  id: `${name}@${node}`,
  node,
  service: 'cinder-volume',
  name,
  file: 'f',
  written: true,
  stray: [],
  from: [],
});
const option = (option: string, value: string, section = 'DEFAULT'): ConfigOption => ({
  id: option,
  node: 'c',
  service: 'cinder-backup',
  section,
  option,
  value,
  file: '/etc/cinder/cinder.conf',
  at: 'f:1',
  from: [],
});

/** What is made of these rows, `worker cinder-volume c@ceph 0 0 7`. */
function from(rows: readonly string[], backends: readonly Backend[], options: readonly ConfigOption[] = []) {
  const stdout = rows.map((r) => `${r.replaceAll(' ', '\t')}\n`).join('');
  const id = 'database-records@c{mariadb@c}';
  const answer = { result: 'exited' as const, code: 0, stdout, stderr: '', ms: 1, cut: 0 };
  const fact = {
    id,
    probe: 'database-records',
    node: 'c',
    subject: 'mariadb@c',
    command: 'mysql',
    at: '2026-01-01T00:00:00Z',
    answer,
  };
  const site = { name: 's', nodes: [] } as never;
  const probes = { 'database-records': { parse: 'records' } } as never;
  return records(new Readings({ site, facts: new Map([[id, fact as never]]), lost: new Map() }, probes), {
    daemons: [database],
    options,
    backends,
  });
}

describe('volumes for which nobody answers', () => {
  test('none while their host reports', () => {
    expect(from(['worker cinder-volume c@ceph 0 0 7', 'volumes c@ceph 3'], [backend('ceph')]).strays).toEqual([]);
  });

  test('none while their host is only down', () => {
    expect(from(['worker cinder-volume c@ceph 0 0 900', 'volumes c@ceph 3'], [backend('ceph')]).strays).toEqual([]);
    const two = [backend('ceph', 'a'), backend('ceph', 'b')];
    expect(
      from(['worker cinder-volume a@ceph 0 0 7', 'worker cinder-volume b@ceph 0 0 900', 'volumes b@ceph 3'], two)
        .strays,
    ).toEqual([]);
  });

  test('those of a name that the configuration has changed, at once', () => {
    const rows = ['worker cinder-volume c@ceph 0 0 7', 'volumes c@ceph 3'];
    expect(from(rows, [backend('ceph')], [option('host', 'new')]).strays).toEqual([
      {
        host: 'c@ceph',
        machine: 'c',
        volumes: 3,
        backend_gone: false,
        option: 'host',
        section: 'DEFAULT',
        file: '/etc/cinder/cinder.conf',
        node: 'c',
        value: 'new',
        alone: true,
      },
    ]);
    expect(from([...rows, 'volumes new@ceph 1'], [backend('ceph')], [option('host', 'new')]).strays[0]?.alone).toBe(
      false,
    );
  });

  test('those of a machine that is gone, and of a backend that is no longer enabled', () => {
    const rows = ['worker cinder-volume c@ceph 0 0 7', 'worker cinder-volume old@ceph 0 0 9000'];
    expect(from([...rows, 'volumes old@ceph 2'], [backend('ceph')]).strays.map((s) => s.host)).toEqual(['old@ceph']);
    expect(from([...rows, 'volumes c@lvm 2'], [backend('ceph')]).strays).toMatchObject([
      { host: 'c@lvm', backend_gone: true },
    ]);
  });
});

test('without a database nothing was seen', () => {
  expect(from([], [backend('ceph')])).toMatchObject({ seen: false, strays: [], workers: [] });
});
