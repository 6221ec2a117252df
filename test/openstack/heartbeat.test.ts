import { expect, test } from 'vitest';
import { heldBack } from '../../src/openstack/heartbeat.ts';

const said = (at: number, text: string) => ({ at, text });
const complaint = (at: number, host = 'controller') =>
  said(
    at,
    `[-] Manager for service cinder-backup ${host} is reporting problems, not sending heartbeat. Service will appear "down".`,
  );

test('a service whose driver did not start says so until it is restarted or the driver has started', () => {
  expect(heldBack([complaint(900), complaint(910)], 880)).toEqual(['controller']);
  expect(heldBack([complaint(905, 'controller@a'), complaint(906, 'controller@b')], 880)).toEqual([
    'controller@a',
    'controller@b',
  ]);
  const started = said(905, '[None req-1 - - - - - -] Driver initialization completed successfully.');
  expect(heldBack([complaint(900), started], 880), 'it was tried again').toEqual([]);
  expect(heldBack([started, complaint(910, 'controller@b')], 880), 'another backend').toEqual(['controller@b']);
  expect(heldBack([complaint(900)], 912), 'it was restarted since').toEqual([]);
  expect(heldBack([said(910, '[-] Starting cinder-backup node')], 880)).toEqual([]);
});
