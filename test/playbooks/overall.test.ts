import { shippedLibrary } from '../support/practice-run.ts';
import { describeScenarios } from '../support/scenarios.ts';

describeScenarios(await shippedLibrary(), 'overall');
