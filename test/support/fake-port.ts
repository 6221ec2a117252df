import type { AppPort, Choice, JournalSummary, PlaybookSummary } from '../../src/tui/port.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { createFakePractice } from './fake-practice.ts';
import { looking } from './fake-run.ts';

export interface FakePort extends AppPort {
  readonly started: Choice[];
}

export const JOURNAL: readonly JournalSummary[] = [
  {
    id: 'run-2',
    at: '2026-02-02T10:00:00Z',
    site: 'production',
    outcome: 'fixed',
    headline: 'The pool volumes is missing',
    brokenOff: false,
  },
  {
    id: 'run-1',
    at: '2026-02-01T09:30:00Z',
    site: 'lab',
    practice: 'healthy',
    outcome: 'healthy',
    headline: 'No cause found',
    brokenOff: false,
  },
];

/** The program as the screens see it; `engine` is what every start gives. */
export function createFakePort(engine: FakeEngine = createFakeEngine(looking), over: Partial<AppPort> = {}): FakePort {
  const started: Choice[] = [];
  return {
    started,
    practice: createFakePractice(),
    places: async () => [
      { kind: 'site', id: 'production', title: 'production', detail: '12 nodes, site.yaml' },
      {
        kind: 'practice',
        id: 'glance-keyring-unreadable',
        title: 'glance-keyring-unreadable',
        detail: 'Image uploads fail',
      },
      { kind: 'practice', id: 'healthy', title: 'healthy', detail: 'Nothing is broken' },
    ],
    playbooks: async (): Promise<PlaybookSummary[]> => [
      {
        id: 'authentication',
        title: 'Authentication',
        symptom: 'services are refused by Ceph or find no keyring',
        titles: { 'keyring-readable': 'The service can read its keyring' },
      },
      { id: 'pools', title: 'Pools', symptom: 'a pool is missing, misnamed, untagged or full', titles: {} },
    ],
    search: async (text) =>
      text.includes('keyring')
        ? [
            {
              playbook: 'authentication',
              title: 'Authentication',
              score: 0.92,
              entities: [{ kind: 'client', value: 'client.glance' }],
            },
            { playbook: 'pools', title: 'Pools', score: 0.31, entities: [] },
          ]
        : [],
    reopen: async () => engine,
    bundle: async (_engine, progress) => {
      progress('Writing facts.jsonl', 12_000);
      return 'inkling-production-run.tar.gz: 12 kB, 0 secrets replaced';
    },
    start: async (choice) => {
      started.push(choice);
      return engine;
    },
    journalList: async () => JOURNAL,
    journalShow: async (id) => ({
      ...(JOURNAL.find((entry) => entry.id === id) ?? (JOURNAL[0] as JournalSummary)),
      events: [
        { at: '2026-02-02T10:00:01Z', says: 'The run began.' },
        { at: '2026-02-02T10:00:03Z', node: 'ceph-mon-1', says: 'The pool volumes does not exist.', tone: 'bad' },
        { at: '2026-02-02T10:01:07Z', node: 'ceph-mon-1', says: 'ceph osd pool create volumes', tone: 'good' },
      ],
    }),
    ...over,
  };
}
