import type { Scene, ScreenId } from '../model.ts';
import { top } from '../model.ts';
import { causeScreen } from './cause.tsx';
import { checksScreen } from './checks.tsx';
import { deskScreen } from './desk.tsx';
import { diagnosisScreen } from './diagnosis.tsx';
import { drillsScreen } from './drills.tsx';
import { entryScreen } from './entry.tsx';
import { fixScreen } from './fix.tsx';
import { gradeScreen } from './grade.tsx';
import { homeScreen } from './home.tsx';
import { journalScreen } from './journal.tsx';
import { namingScreen } from './naming.tsx';
import { offersScreen } from './offers.tsx';
import { placeScreen } from './place.tsx';
import { practiceScreen } from './practice.tsx';
import { progressScreen } from './progress.tsx';
import { resultScreen } from './result.tsx';
import { runScreen } from './run.tsx';
import type { Screen } from './screen.ts';

/** In the order in which a run meets them. */
export const SCREENS: readonly Screen[] = [
  homeScreen,
  placeScreen,
  runScreen,
  diagnosisScreen,
  causeScreen,
  checksScreen,
  offersScreen,
  fixScreen,
  resultScreen,
  journalScreen,
  entryScreen,
  practiceScreen,
  drillsScreen,
  deskScreen,
  namingScreen,
  gradeScreen,
  progressScreen,
];

const byId = new Map<ScreenId, Screen>(SCREENS.map((screen) => [screen.id, screen]));

export const screenOf = (scene: Scene): Screen => byId.get(top(scene.ui)) ?? homeScreen;
