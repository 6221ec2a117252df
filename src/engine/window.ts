import type { Library } from '../domain/playbook.ts';

type Probes = Library['probes'];

const filtered = (probes: Probes, keep: (only: string | undefined) => boolean): Probes =>
  Object.fromEntries(Object.entries(probes).filter(([, probe]) => keep(probe.only)));

/** Without the probes that only a bundle needs. */
export const forLook = (probes: Probes): Probes => filtered(probes, (only) => only === undefined);

/** All probes; those of a bundle with the number of minutes in place of `{minutes}`. */
export const forBundle = (probes: Probes, minutes: number): Probes =>
  Object.fromEntries(
    Object.entries(probes).map(([id, probe]) => [
      id,
      probe.only === undefined ? probe : { ...probe, run: fill(probe.run, String(minutes)) },
    ]),
  );

const fill = ([program, ...args]: Probes[string]['run'], minutes: string): Probes[string]['run'] => [
  program,
  ...args.map((arg) => arg.replaceAll('{minutes}', minutes)),
];
