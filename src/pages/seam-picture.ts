import type { SeamLink, SeamState } from './dossier.ts';
import { html } from './escape.ts';

/** Cells of the picture, in pixels. */
const BOX = { width: 250, height: 34, gap: 12 };
const COLUMN = 340;
const TOP = 34;
const LONGEST = 34;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The seam as a picture: who presents which identity, and to which pool. Every line says in words what it is. */
export function seamPicture(links: readonly SeamLink[]): string {
  if (links.length === 0) return '';
  const columns = [
    distinct(links.map((l) => `${l.from}\n${l.node}`)),
    distinct(links.map((l) => l.entity)),
    distinct(links.flatMap((l) => (l.pool === undefined ? [] : [l.pool]))),
  ];
  const spot = (column: number, name: string): Spot => ({
    x: column * COLUMN,
    y: TOP + (columns[column]?.indexOf(name) ?? 0) * (BOX.height + BOX.gap),
  });
  const height = TOP + Math.max(...columns.map((c) => c.length)) * (BOX.height + BOX.gap);
  const width = 2 * COLUMN + BOX.width;
  const lines = links.flatMap((link) => {
    const [from, entity] = [spot(0, `${link.from}\n${link.node}`), spot(1, link.entity)];
    const first = line(from, entity, link);
    return link.pool === undefined ? [first] : [first, line(entity, spot(2, link.pool), link)];
  });
  const worst = (of: (link: SeamLink) => boolean): SeamState => {
    const states = links.filter(of).map((l) => l.state);
    return states.includes('bad') ? 'bad' : states.includes('unknown') ? 'unknown' : 'good';
  };
  return [
    `<svg class="seam" viewBox="-2 0 ${width + 4} ${height}" role="img" aria-label="Services, their identities and pools">`,
    ...['service or secret', 'identity', 'pool'].map(
      (title, at) => `<text class="head" x="${at * COLUMN}" y="16">${title}</text>`,
    ),
    ...distinct(lines),
    ...(columns[0] ?? []).map((name) => {
      const [from = '', node = ''] = name.split('\n');
      return box(
        spot(0, name),
        [from, `on ${node}`],
        worst((l) => l.from === from && l.node === node),
      );
    }),
    ...(columns[1] ?? []).map((name) =>
      box(
        spot(1, name),
        [name],
        worst((l) => l.entity === name),
      ),
    ),
    ...(columns[2] ?? []).map((name) =>
      box(
        spot(2, name),
        [name],
        worst((l) => l.pool === name),
      ),
    ),
    '</svg>',
  ].join('\n');
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

const SIGN: Readonly<Record<SeamState, string>> = { good: '✓', bad: '✗', unknown: '?' };

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function box({ x, y }: Spot, texts: readonly string[], state: SeamState): string {
  const rows = texts.map(
    (text, at) =>
      `<text x="${x + 26}" y="${y + (texts.length === 1 ? 22 : 14 + at * 14)}"${at > 0 ? ' class="small"' : ''}>${html(cut(text, LONGEST))}</text>`,
  );
  return [
    `<g class="${state}"><title>${html(texts.join(' '))}</title>`,
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="4"/>`,
    `<text class="sign" x="${x + 8}" y="${y + 22}">${SIGN[state]}</text>`,
    ...rows,
    '</g>',
  ].join('');
}

function line(from: Spot, to: Spot, { state, says }: SeamLink): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `<path class="${state}" d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"><title>${html(says)}</title></path>`;
}
