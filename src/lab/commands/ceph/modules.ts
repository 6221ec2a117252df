import type { CephCommand } from './command.ts';
import { document, error } from './command.ts';

/** Modules that can be turned on here, and those that always are. */
const OPTIONAL = ['prometheus'];
const ALWAYS = [
  'balancer',
  'crash',
  'devicehealth',
  'orchestrator',
  'pg_autoscaler',
  'progress',
  'rbd_support',
  'status',
  'telemetry',
  'volumes',
];

const turn = (verb: 'enable' | 'disable'): CephCommand => ({
  words: `mgr module ${verb}`,
  right: 'write',
  audit: ([module]) => ({ module }),
  answer: ({ cluster, words: [name = ''] }) => {
    if (verb === 'disable') {
      cluster.modules.delete(name);
      return {};
    }
    if (ALWAYS.includes(name)) return { err: `module '${name}' is already enabled (always-on)\n` };
    if (!OPTIONAL.includes(name))
      return error(2, `the practice cluster's manager has no module '${name}', only ${OPTIONAL.join(', ')}`);
    if (cluster.modules.has(name)) return { err: `module '${name}' is already enabled\n` };
    cluster.modules.set(name, cluster.clock.now());
    return {};
  },
});

export const moduleCommands: readonly CephCommand[] = [
  turn('enable'),
  turn('disable'),
  {
    words: 'mgr module ls',
    right: 'read',
    answer: ({ cluster, json }) => {
      const modules = {
        always_on_modules: ALWAYS,
        enabled_modules: [...cluster.modules.keys()],
        disabled_modules: OPTIONAL.filter((m) => !cluster.modules.has(m)).map((name) => ({ name })),
      };
      return json ? document(modules) : { out: `${JSON.stringify(modules, null, 4)}\n` };
    },
  },
];
