import type { Grade } from '../../src/domain/drill.ts';
import type { Lesson } from '../../src/domain/lesson.ts';
import type {
  Catalogue,
  Practice,
  PracticeChoice,
  PracticeIntent,
  PracticePort,
  PracticeState,
} from '../../src/domain/practice.ts';
import { createFakeEngine } from './fake-engine.ts';
import { looking } from './fake-run.ts';

export const LESSON: Lesson = {
  id: 'pools',
  title: 'Pools',
  order: 1,
  guide: 'Step 1',
  about: 'Each service keeps its data in a pool of its own.',
  picture: 'glance ---> images\ncinder ---> volumes\n',
  start: 'healthy',
  begin: [],
  looks: ['ceph-osd-dump'],
  probes: {},
  goals: {
    exist: {
      title: 'The pool images exists',
      expect: 'true',
      hints: ['Which pools are there?', 'ceph osd pool create images'],
      show: [{ on: 'ceph-mon-1', run: 'ceph osd pool create images' }],
    },
  },
  errata: [{ says: '128 PGs a pool', truth: 'The number is for all pools together.' }],
};

export const GRADE: Grade = {
  passed: true,
  points: 90,
  cause: { points: 40, of: 40, says: 'named right' },
  repair: { points: 30, of: 30, says: 'the checks that failed pass now, by your own commands' },
  damage: { points: 20, of: 20, says: 'nothing else was hurt' },
  commands: { points: 0, of: 10, says: '40 commands; up to 15 cost nothing' },
  truth: [{ id: 'keyring-unreadable', title: 'The keyring is unreadable', evidence: ['controller: mode 0600'] }],
  others: [{ id: 'keyring-missing', title: 'The keyring is missing', because: 'it exists' }],
  broken: [],
  lost: [],
};

const CATALOGUE: Catalogue = {
  lessons: [{ id: 'pools', title: 'Pools', guide: 'Step 1', goals: 1, reached: 0, done: false }],
  drills: [
    { id: 'glance-keyring', playbook: 'authentication', report: 'Every image upload fails.', tries: 0, passed: false },
    { id: 'volumes-gone', playbook: 'pools', report: 'No volume can be made.', tries: 2, best: 70, passed: true },
  ],
  summary: {
    lessons: { done: 0, of: 1 },
    drills: { passed: 1, tried: 1, of: 2 },
    average: 70,
    playbooks: [
      { id: 'authentication', passed: 0, tried: 0, of: 1 },
      { id: 'pools', passed: 1, tried: 1, of: 1 },
      { id: 'attachment', passed: 0, tried: 0, of: 3 },
      { id: 'live-migration', passed: 0, tried: 0, of: 4 },
    ],
  },
};

const BASE: Omit<PracticeState, 'kind'> = {
  title: 'Practice',
  nodes: ['ceph-mon-1', 'compute-1'],
  entries: [],
  typed: [],
  paths: { 'ceph-mon-1': ['/etc/ceph/ceph.conf', '/etc/ceph/ceph.client.admin.keyring'] },
};

export const lessonState: PracticeState = {
  ...BASE,
  kind: 'lesson',
  lesson: {
    lesson: LESSON,
    goals: [{ id: 'exist', title: 'The pool images exists', verdict: 'fail', says: 'there is none' }],
    hints: {},
    shown: [],
  },
};

export const drillState: PracticeState = {
  ...BASE,
  kind: 'drill',
  drill: {
    id: 'glance-keyring',
    reports: ['Every image upload fails.'],
    choices: [
      { id: 'keyring-missing', title: 'The keyring of ‹entity› is missing' },
      { id: 'keyring-unreadable', title: 'The keyring of ‹entity› is unreadable' },
    ],
    causes: 1,
    named: [],
    helped: false,
  },
};

export interface FakePractice extends PracticePort {
  readonly opened: PracticeChoice[];
  readonly sent: PracticeIntent[];
  /** Changes what the practice that is open shows. */
  become(state: PracticeState): void;
  readonly closed: () => number;
}

/** Practice as the front ends see it: states are played, nothing runs. */
export function createFakePractice(first: PracticeState = lessonState): FakePractice {
  const opened: PracticeChoice[] = [];
  const sent: PracticeIntent[] = [];
  const listeners = new Set<() => void>();
  let now = first;
  let closed = 0;
  const practice: Practice = {
    getState: () => now,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (intent) => {
      sent.push(intent);
      if (intent.type === 'grade' && now.drill) now = { ...now, drill: { ...now.drill, grade: GRADE } };
      if (intent.type === 'run') now = { ...now, typed: [...now.typed, intent.command] };
      for (const listener of listeners) listener();
    },
    look: async () => createFakeEngine(looking),
    settled: async () => now,
    close: async () => {
      closed += 1;
    },
  };
  return {
    opened,
    sent,
    become: (state) => {
      now = state;
      for (const listener of listeners) listener();
    },
    closed: () => closed,
    catalogue: async () => CATALOGUE,
    lessons: async () => [LESSON],
    open: async (choice) => {
      opened.push(choice);
      return practice;
    },
    reset: async () => {},
  };
}
