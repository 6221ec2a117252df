import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Dossier, htmlPage, markdownPage } from '../../src/pages/index.ts';
import { CAUSE_KEYRING, CAUSE_POOL, judged } from '../support/fake-run.ts';
import { RAW, HOSTILE as SEQUENCES } from '../support/hostile.ts';

const { judgement } = judged;
const START = 1_767_225_600;

const ANSWERED = { id: 'pool-size', owner: 'Ada', reason: 'a test pool', expires: '2026-01-31' };

const dossier = (over: Partial<Dossier> = {}): Dossier => ({
  version: '1.2.3',
  run: { id: 'run-1', site: 'production', startedAt: '2026-01-01T00:00:00Z' },
  judgement: { ...judgement, outcome: 'causes', causes: [CAUSE_KEYRING, CAUSE_POOL] },
  coverage: judgement.coverage,
  nodes: [{ name: 'controller', roles: ['glance-api'], reached: true, asked: 3, answered: 3, ms: 1200 }],
  seam: [
    { from: 'glance-api', node: 'controller', entity: 'client.glance', pool: 'images', state: 'bad', says: 'refused' },
    { from: 'secret 457eb676…', node: 'compute-1', entity: 'client.cinder', state: 'good', says: 'defined' },
  ],
  timeline: [
    { at: START, node: 'controller', service: 'glance-api', level: 'error', text: 'rados.PermissionDeniedError' },
    { at: START + 90, node: 'controller', service: 'systemd', level: 'event', text: 'Started glance-api' },
  ],
  furtherHappenings: 0,
  osds: ['osd.0', 'osd.1', 'osd.2'].map((name, at) => ({ name, ms: at === 1 ? 900 : 12 })),
  pools: [{ name: 'images', used: 0.93, bytes: 3 * 2 ** 40 }],
  notHad: [{ node: 'compute-2', what: 'the node', why: 'nothing listens' }],
  ...over,
});

/** Everything that ends an element, an attribute, a fence, a cell or a terminal's patience. */
const HOSTILE = [
  '</pre></td></style></title><script>alert(1)</script>',
  '" onload="alert(1)" x="',
  "' onerror='x",
  '<img src=https://evil.example/beacon.png>',
  '![x](https://evil.example/beacon.png) [x](javascript:alert(1)) <https://evil.example>',
  '```\n# forged heading\n```',
  '| a | b |\n|---|---|',
  '=cmd|"/c calc"!A1',
  '\n\n# HEALTH_OK\n* fine',
  '\u001b[2J\u001b]52;c;cm0=\u0007\u009b31m\u202egnp\u2066\u200b\ufeff\u2028\u0000\r',
  '&lt;script&gt; &#60;b&#62; ~~~ ~x~ @everyone #1 $x$ {{x}}',
].join(' ');

const poisoned = <T>(value: T, text = HOSTILE): T => {
  if (typeof value === 'string') return `${value}${text}` as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const closed = ['outcome', 'status', 'verdict', 'state', 'level', 'risk'];
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, closed.includes(key) ? item : poisoned(item, text)]),
  ) as T;
};

const TAGS = new Set('!doctype html head meta title style body header section h1 h2 h3 p ol ul li strong span pre table thead tbody tr th td svg g rect text path'.split(' ')); // biome-ignore format: a list
const ATTRIBUTES = new Set('html lang charset http-equiv content name class viewbox role aria-label x y width height rx d'.split(' ')); // biome-ignore format: a list

/** Tags as a browser finds them, with their attributes. */
const tagsOf = (page: string): readonly { name: string; attributes: readonly string[] }[] =>
  [
    ...page
      .replace(/<style>.*?<\/style>/s, '')
      .matchAll(/<\/?([!a-zA-Z][^\s/>]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g),
  ].map(([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: [...rest.matchAll(/([^\s=]+)(?:="[^"]*")?/g)].map(([, attribute = '']) => attribute.toLowerCase()),
  }));

test('the page has what is needed and nothing that loads or runs', () => {
  const page = htmlPage(dossier());
  for (const part of [
    'client.glance',
    'Evidence',
    '<svg class="seam"',
    'osd.1',
    '93.0 %',
    'compute-2',
    'PermissionDenied',
  ])
    expect(page).toContain(part);
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).not.toMatch(/<script|<link|<iframe|<object|\bstyle=|\burl\(|\bon\w+=|@import/);
});

test.each(Object.entries(SEQUENCES))('a terminal sequence stays text in both pages: %s', (_, text) => {
  const honest = tagsOf(htmlPage(dossier())).length;
  const page = htmlPage(poisoned(dossier(), text));
  expect(page).not.toMatch(RAW);
  expect(tagsOf(page)).toHaveLength(honest);
  const markdown = markdownPage(poisoned(dossier(), text));
  expect(markdown).not.toMatch(RAW);
  expect(markdown.split('\n').filter((line) => /^(✓|\*\*healthy)/.test(line))).toEqual([]);
});

test('hostile text does nothing in the page', () => {
  const honest = tagsOf(htmlPage(dossier()));
  const page = htmlPage(poisoned(dossier()));
  const tags = tagsOf(page);
  expect(tags.filter(({ name }) => !TAGS.has(name)).map(({ name }) => name)).toEqual([]);
  expect(tags.flatMap(({ attributes }) => attributes).filter((name) => !ATTRIBUTES.has(name))).toEqual([]);
  expect(tags.length).toBe(honest.length);
  // No `<` but those of tags, and no control or invisible code but the line feed.
  expect(page.replace(/<style>.*?<\/style>/s, '').split('<').length - 1).toBe(tags.length);
  expect(page).not.toMatch(RAW);
});

test('hostile text stays text in Markdown', () => {
  const lines = (page: string): readonly string[] => page.split('\n');
  const honest = markdownPage(dossier());
  const page = markdownPage(poisoned(dossier()));
  expect(page).not.toMatch(RAW);
  // Outside of fences: no tag, link, image, code or table; and no heading that was not there before.
  let fence: string | undefined;
  const prose = lines(page).filter((line) => {
    const mark = /^ *(`{3,})(?:text)?$/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.length >= fence.length)) {
      fence = fence === undefined ? mark : undefined;
      return false;
    }
    return fence === undefined;
  });
  expect(fence).toBeUndefined();
  expect(prose.filter((line) => /<|(?<!\\)`|(?<!\\)!\[|(?<!\\)\]\(|^ *(?<!\\)\|/.test(line))).toEqual([]);
  const headings = (all: readonly string[]): number => all.filter((line) => /^ *#/.test(line)).length;
  expect(headings(prose)).toBe(headings(lines(honest)));
});

test('Markdown fits a ticket, and says what it leaves out', () => {
  const many = Array.from({ length: 200 }, () => CAUSE_KEYRING);
  const page = markdownPage(dossier({ judgement: { ...judgement, outcome: 'causes', causes: many } }));
  expect(page.length).toBeLessThan(32_767);
  expect(page).toMatch(/\d+ sections left out/);
});

test('a page of nothing is a page', () => {
  const empty = dossier({
    judgement: { ...judgement, outcome: 'healthy', causes: [], checks: [], nodes: [] },
    nodes: [],
    seam: [],
    timeline: [],
    osds: [],
    pools: [],
    notHad: [],
  });
  expect(htmlPage(empty)).toContain('Healthy: nothing wrong was found');
  expect(markdownPage(empty)).toMatch(/^# Healthy/);
});

test('both pages say what is waived, by whom and until when, and which waivers have expired', () => {
  const answered = dossier({
    waivers: {
      waived: [{ kind: 'check', title: 'Replicas', nodes: ['ceph-mon-1'], subject: 'pool vms', ...ANSWERED }],
      expired: [ANSWERED],
      unused: [],
    },
  });
  for (const page of [htmlPage(answered), markdownPage(answered).replaceAll('\\', '')]) {
    expect(page).toContain('check pool-size (pool vms on ceph-mon-1): Ada until 2026-01-31: a test pool');
    expect(page).toContain('expired, not honoured: pool-size: Ada until 2026-01-31: a test pool');
  }
});
