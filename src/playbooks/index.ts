import { z } from 'zod';
import { playbookSchema } from '../domain/playbook.ts';

export type { Rules } from './lint.ts';
export { type Loaded, loadLibrary } from './load.ts';

/** JSON Schema of playbook.yaml, for editors. */
export const playbookJsonSchema = (): unknown =>
  z.toJSONSchema(playbookSchema, { io: 'input', unrepresentable: 'any' });
