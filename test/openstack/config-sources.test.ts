import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSources, elsewhere, inReadingOrder } from '../../src/openstack/config-sources.ts';

const paths = (service: string, running: string | undefined, unit = '') =>
  configSources(service, running, unit).map((s) => s.path);
const order = (service: string, running: string, files: readonly string[]) =>
  inReadingOrder(
    files.map((file) => ({ file })),
    configSources(service, running, ''),
  ).map((l) => l.file);

describe('what a service reads, the last one wins (each as oslo.config 9.0 did)', () => {
  const MAIN = '/etc/cinder/cinder.conf';
  const EXTRA = '/etc/cinder/cinder.conf.d/10-a.conf';

  test('without arguments the usual folders come after the usual files', () => {
    expect(order('cinder-volume', '/usr/bin/python3 /usr/bin/cinder-volume', [EXTRA, MAIN])).toEqual([MAIN, EXTRA]);
  });

  test('with --config-file the usual folders come before it, so it wins', () => {
    for (const line of [`cinder-volume --config-file=${MAIN}`, `cinder-volume --config-file ${MAIN} --debug`])
      expect(order('cinder-volume', line, [MAIN, EXTRA])).toEqual([EXTRA, MAIN]);
  });

  test('with --config-dir only that folder is read, where it stands among the arguments', () => {
    const own = '/etc/cinder/site.d/a.conf';
    expect(
      order('cinder-volume', `cinder-volume --config-file ${MAIN} --config-dir /etc/cinder/site.d/`, [
        own,
        MAIN,
        EXTRA,
      ]),
    ).toEqual([MAIN, own]);
    expect(
      order('cinder-volume', `cinder-volume --config-dir /etc/cinder/site.d --config-file ${MAIN}`, [MAIN, own]),
    ).toEqual([own, MAIN]);
  });

  test('files of a folder are read by name, and only those that end in .conf', () => {
    const files = ['20-b.conf', '10-a.conf', '5.conf', 'old.conf.bak'].map((f) => `/etc/nova/nova.conf.d/${f}`);
    expect(order('nova-compute', 'nova-compute', files).map((f) => f.split('/').at(-1))).toEqual([
      ...['10-a.conf', '20-b.conf', '5.conf'],
    ]);
  });

  test('files of a distribution count only where the service is told of them, or of none', () => {
    const dist = '/usr/share/cinder/cinder-dist.conf';
    expect(order('cinder-volume', 'cinder-volume', [MAIN, dist])).toEqual([dist, MAIN]);
    expect(order('cinder-volume', `cinder-volume --config-file ${MAIN}`, [MAIN, dist])).toEqual([MAIN]);
    expect(order('cinder-volume', `cinder-volume --config-file ${dist} --config-file ${MAIN}`, [MAIN, dist])).toEqual([
      dist,
      MAIN,
    ]);
  });
});

describe('a service that does not run', () => {
  test('is what its unit would start: of RDO with arguments, of Debian through an init script', () => {
    const rdo =
      '/usr/bin/cinder-volume --config-file /usr/share/cinder/cinder-dist.conf --config-file /etc/cinder/cinder.conf';
    expect(paths('cinder-volume', undefined, rdo).slice(-2)).toEqual([
      '/usr/share/cinder/cinder-dist.conf',
      '/etc/cinder/cinder.conf',
    ]);
    expect(paths('nova-compute', undefined, '/etc/init.d/nova-compute systemd-start')).toEqual([
      ...[
        '/etc/nova/nova.conf.d',
        '/etc/nova/nova-compute.conf.d',
        '/etc/nova/nova.conf',
        '/etc/nova/nova-compute.conf',
      ],
    ]);
  });

  test('of which nothing is known reads what it would without arguments', () => {
    expect(paths('glance-api', undefined)).toEqual([
      ...['/usr/share/glance/glance-api-dist.conf', '/etc/glance/glance-api.conf'],
      ...['/etc/glance/glance.conf.d', '/etc/glance/glance-api.conf.d'],
    ]);
  });
});

test('places that packages do not use are named, once', () => {
  const line =
    'cinder-volume --config-file /etc/cinder/cinder.conf --config-file=/opt/c.conf --config-dir /opt/d/ --config-file /opt/c.conf';
  expect(elsewhere('cinder-volume', configSources('cinder-volume', line, ''))).toEqual(['/opt/c.conf', '/opt/d']);
  expect(elsewhere('cinder-volume', configSources('cinder-volume', 'cinder-volume', ''))).toEqual([]);
});

test('whatever is written, a line is read for each time that its file is named, and none of others', () => {
  const name = fc.constantFrom('/a.conf', '/b.conf', '/c.conf');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), fc.uniqueArray(name), (args, files) => {
      const line = `cinder-volume ${args.map((a) => `--config-file ${a}`).join(' ')}`;
      expect(order('cinder-volume', line, files)).toEqual(args.filter((a) => files.includes(a)));
    }),
  );
});
