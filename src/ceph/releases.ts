/** Ceph's stable releases by name ("Active Releases" in the Ceph documentation), and what the versions of clients can do. */
const RELEASES: Readonly<Record<string, number>> = {
  luminous: 12, mimic: 13, nautilus: 14, octopus: 15, pacific: 16, quincy: 17, reef: 18, squid: 19, tentacle: 20, umbrella: 21,
}; // biome-ignore format: a table

/** Major version of a release name; 0 when the name is not known. */
export const releaseNumber = (name: string): number => RELEASES[name.toLowerCase()] ?? 0;

/** `1:16.2.15+ds-0+deb12u2` to `16.2.15`: without epoch and the distribution's part. */
export const upstreamVersion = (packaged: string): string =>
  /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(packaged)?.[1] ?? packaged;

const numbers = (version: string): readonly number[] => version.split('.').map(Number);

/** Is the version at least the one of its own series? Series after the last one named have it, those before the first have not. */
function since(version: string, firsts: readonly string[]): boolean {
  const own = numbers(version);
  const series = firsts.map(numbers);
  const same = series.find((f) => f[0] === own[0]);
  if (!same) return (own[0] ?? 0) > Math.max(...series.map((f) => f[0] ?? 0));
  for (const [at, part] of same.entries()) if (own[at] !== part) return (own[at] ?? 0) > part;
  return true;
}

/** CVE-2021-20288: clients that present their ticket when they reclaim a global id. */
export const reclaimsSecurely = (version: string): boolean => since(version, ['14.2.20', '15.2.11', '16.2.1']);

/** CVE-2025-30156: clients that read keys of type aes256k. */
export const readsAes256k = (version: string): boolean => since(version, ['19.2.6', '20.2.4']);
