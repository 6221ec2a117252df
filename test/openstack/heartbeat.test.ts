import { expect, test } from 'vitest';
import { heldBack } from '../../src/openstack/heartbeat.ts';

const complaint = (at: number, host = 'controller') => ({
  at,
  text: `[-] Manager for service cinder-backup ${host} is reporting problems, not sending heartbeat. Service will appear "down".`,
});

test('a service whose driver did not start says so at every report; what it said before does not count', () => {
  expect(heldBack([complaint(900), complaint(910)], 915, 880)).toEqual(['controller']);
  expect(heldBack([complaint(905, 'controller@a'), complaint(906, 'controller@b')], 910, 880)).toEqual([
    'controller@a',
    'controller@b',
  ]);
  expect(heldBack([complaint(900)], 950, 880), 'it has reported since').toEqual([]);
  expect(heldBack([complaint(900)], 915, 912), 'it was restarted since').toEqual([]);
  expect(heldBack([{ at: 910, text: '[-] Starting cinder-backup node' }], 915, 880)).toEqual([]);
});
