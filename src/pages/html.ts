import { createHash } from 'node:crypto';
import type { Cause, CheckResult } from '../domain/judgement.ts';
import { type Dossier, waiverLines } from './dossier.ts';
import { html } from './escape.ts';
import { bars, errorsOverTime, osdBars, poolBars } from './plots.ts';
import { seamPicture } from './seam-picture.ts';
import { STYLE } from './style.ts';
import { clock, count, OUTCOME, STATUS, seconds, VERDICT } from './words.ts';

const styleHash = createHash('sha256').update(STYLE).digest('base64');
/** Nothing is loaded, nothing runs; only this very style is let in. */
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** A run as one page that needs nothing but itself. */
export function htmlPage(dossier: Dossier): string {
  const { run, judgement } = dossier;
  const title = `${OUTCOME[judgement.outcome]} · ${run.site}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${html(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    ...summary(dossier),
    ...judgement.causes.filter((c) => c.status !== 'excluded').map(causeSection),
    ...section('Waived', bullets(waiverLines(dossier))),
    ...section('The seam', seamPicture(dossier.seam)),
    ...section('Errors and warnings over time', errorsOverTime(dossier.timeline)),
    ...section('Timeline', timeline(dossier)),
    ...section('Time that OSDs need, median of what they remember', bars('Latency of OSDs', osdBars(dossier))),
    ...section('How full pools are', bars('Fill of pools', poolBars(dossier))),
    ...section('Checks', checks(judgement.checks)),
    ...section('What could not be had', notHad(dossier)),
    ...section('Nodes', nodes(dossier)),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const section = (title: string, body: string): string[] =>
  body === '' ? [] : ['<section>', `<h2>${html(title)}</h2>`, body, '</section>'];

function summary({ run, version, judgement, coverage }: Dossier): string[] {
  const where = run.practice === undefined ? `Site ${run.site}` : `Practice scenario ${run.practice}`;
  const causes = judgement.causes.filter((c) => c.status !== 'excluded');
  return [
    '<header>',
    `<h1 class="${judgement.outcome === 'healthy' || judgement.outcome === 'fixed' ? 'good' : 'bad'}">${html(OUTCOME[judgement.outcome])}</h1>`,
    `<p>${html(where)}, run ${html(run.id)}, looked at ${html(run.startedAt)}${run.recorded === undefined ? '' : `, read from ${html(run.recorded)}`}.</p>`,
    `<p>${coverage.nodesReached} of ${count(coverage.nodes, 'node')} reached, ${coverage.answered} of ${count(coverage.asked, 'question')} answered, ${count(coverage.unknown, 'check')} could not be judged.</p>`,
    ...(causes.length === 0
      ? []
      : [
          '<ol>',
          ...causes.map((c) => `<li><strong>${html(STATUS[c.status])}</strong> ${html(c.title)}</li>`),
          '</ol>',
        ]),
    `<p class="small">Inkling ${html(version)}</p>`,
    '</header>',
  ];
}

function causeSection(cause: Cause, at: number): string {
  return [
    `<section class="cause">`,
    `<h2>${at + 1}. ${html(cause.title)}</h2>`,
    `<p><strong class="bad">${html(STATUS[cause.status])}</strong> · ${html(cause.id)} · ${html(cause.subject)} · ${cause.nodes.map((n) => html(n)).join(', ')}</p>`,
    `<p>${html(cause.why)}</p>`,
    ...(cause.evidence.length > 0 ? ['<h3>Evidence</h3>'] : []),
    ...cause.evidence.map(({ node, says, command, output }) =>
      [
        `<p><strong>${html(node)}</strong> ${html(says)}</p>`,
        ...(command === undefined && output === undefined
          ? []
          : [
              `<pre>${html([...(command ? [`$ ${command}`] : []), ...(output ? [output] : [])].join('\n'), 'many')}</pre>`,
            ]),
      ].join('\n'),
    ),
    ...list('What would settle it', cause.unseen),
    ...list(
      'Ruled out',
      cause.excludedRivals.map((r) => `${r.title}: ${r.because}`),
    ),
    ...list(
      'Fixes',
      cause.fixes.map((f) => `${f.title} (${f.byHand === undefined ? `risk ${f.risk}` : `by hand: ${f.byHand}`})`),
    ),
    ...list('Explains', cause.explains),
    ...list('References', cause.references),
    '</section>',
  ].join('\n');
}

const list = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`<h3>${title}</h3>`, bullets(items)];

const bullets = (items: readonly string[]): string =>
  items.length === 0 ? '' : ['<ul>', ...items.map((item) => `<li>${html(item)}</li>`), '</ul>'].join('\n');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : [
        '<table>',
        `<thead><tr>${head.map((h) => `<th>${h}</th>`).join('')}</tr></thead>`,
        '<tbody>',
        ...rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`),
        '</tbody>',
        '</table>',
      ].join('\n');

function timeline({ timeline: all, furtherHappenings }: Dossier): string {
  const rows = all.map(({ at, node, service, level, text }) => [
    `<span class="${level}">${html(clock(at))}</span>`,
    html(node),
    html(service),
    `<span class="${level}">${level === 'error' ? '✗' : level === 'warning' ? '!' : '·'}</span> ${html(text, 'many')}`,
  ]);
  const more =
    furtherHappenings > 0 ? `<p>${count(furtherHappenings, 'line')} more left out; the bundle has them.</p>` : '';
  return table(['UTC', 'node', 'service', 'what'], rows) + more;
}

const ORDER = ['fail', 'warn', 'unknown', 'advice', 'pass', 'skip'] as const;

const checks = (all: readonly CheckResult[]): string =>
  table(
    ['verdict', 'check', 'node', 'subject', 'what was seen'],
    ORDER.flatMap((verdict) => all.filter((c) => c.verdict === verdict)).map((c) => [
      `<span class="${c.verdict}">${html(VERDICT[c.verdict])}</span>`,
      html(c.check),
      html(c.node),
      html(c.subject),
      html(c.says),
    ]),
  );

const notHad = ({ notHad: all }: Dossier): string =>
  table(
    ['node', 'what', 'why'],
    all.map(({ node, what, why }) => [html(node), html(what), html(why)]),
  );

const nodes = ({ nodes: all }: Dossier): string =>
  table(
    ['node', 'roles', 'reached', 'questions answered', 'took'],
    all.map(({ name, roles, reached, why, asked, answered, ms }) => [
      html(name),
      html(roles.join(', ')),
      reached ? '✓' : `✗ ${html(why ?? '')}`,
      `${answered} of ${asked}`,
      html(seconds(ms)),
    ]),
  );
