import { cellWidth } from '../../domain/cells.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenIndex, listBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import type { Place } from '../port.ts';
import { EMPTY, faint, fill, type Line, line, plain, rule, span, spread, strong } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { bodyOf, filterOf, matches, type Screen } from './screen.ts';

export const placeKey = ({ kind, id }: Pick<Place, 'kind' | 'id'>): string => JSON.stringify([kind, id]);

/** The place that the next run looks at: the one chosen, else the first. */
export const placeOf = (scene: Scene): Place | undefined => {
  const { places } = scene.ui.library;
  const wanted = scene.ui.place && placeKey(scene.ui.place);
  return places.find((place) => placeKey(place) === wanted) ?? places[0];
};

const shown = (scene: Scene): readonly Place[] =>
  [...scene.ui.library.places]
    .sort((a, b) => Number(a.kind === 'practice') - Number(b.kind === 'practice'))
    .filter((place) => matches(filterOf(scene, 'place'), place.title, place.id, place.detail));

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const places = shown(scene);
  const chosen = scene.ui.chosen.place ?? (placeOf(scene) && placeKey(placeOf(scene) as Place));
  const picked = places[chosenIndex(places.map(placeKey), chosen)];
  const nameWidth = Math.min(
    Math.floor(width / 2) - 5,
    Math.max(8, ...places.map(({ title }) => cellWidth(one(title)))),
  );
  const rows = places.flatMap((place, index): { readonly row: Line; readonly place?: Place }[] => {
    const first = places[index - 1]?.kind !== place.kind;
    const title = place.kind === 'site' ? words`Your sites` : words`Practice clusters: break nothing, learn everything`;
    const here = place === picked;
    const row = spread(
      line(
        span('picked', here ? words`› ` : words`  `),
        here ? strong(fill(one(place.title), nameWidth)) : plain(fill(one(place.title), nameWidth)),
        faint(words`  ${one(place.detail ?? '')}`),
      ),
      EMPTY,
      width,
    );
    return [...(first ? [...(index > 0 ? [{ row: EMPTY }] : []), { row: rule(title, width) }] : []), { row, place }];
  });
  if (rows.length === 0)
    return windowOf(paragraph('faint', words`Nothing matches. Press / and change the filter.`, width), 0, height);
  const index = rows.findIndex(({ place }) => place !== undefined && place === picked);
  const room = height;
  return windowOf(
    rows.map(({ row }) => row),
    startFor(rows.length, room, index),
    room,
  );
}

export const placeScreen: Screen = {
  id: 'place',
  title: words`Where to look`,
  filters: true,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`look there`,
      act: (scene) => {
        const places = shown(scene);
        const current = placeOf(scene);
        const place =
          places[chosenIndex(places.map(placeKey), scene.ui.chosen.place ?? (current && placeKey(current)))];
        return place ? [{ type: 'place', place: { kind: place.kind, id: place.id } }, { type: 'pop' }] : [];
      },
    },
    ...listBindings('place', (scene) => shown(scene).map(placeKey)),
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
