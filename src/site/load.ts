import { access, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { formatProblem, MAX_TEXT_BYTES, tooLarge } from '../domain/positioned.ts';
import { parseSite, type SiteRead } from './parse.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface SitePath {
  readonly path: string;
  /** Who named it, for messages. */
  readonly from: '--site' | '$INKLING_SITE' | 'default';
  /** Default places that were looked at and hold nothing. */
  readonly tried: readonly string[];
}

/** `--site FILE`, else `$INKLING_SITE`, else the first that exists of `./site.yaml` and `$XDG_CONFIG_HOME/inkling/site.yaml`. */
export async function defaultSitePath(flag?: string, env: Env = process.env, cwd = '.'): Promise<SitePath> {
  if (flag !== undefined) return { path: flag, from: '--site', tried: [] };
  if (env.INKLING_SITE) return { path: env.INKLING_SITE, from: '$INKLING_SITE', tried: [] };
  const xdg = env.XDG_CONFIG_HOME;
  const config = xdg && isAbsolute(xdg) ? xdg : join(env.HOME ?? homedir(), '.config');
  const places = [cwd === '.' ? './site.yaml' : join(cwd, 'site.yaml'), join(config, 'inkling', 'site.yaml')];
  for (const [i, path] of places.entries()) {
    if (await exists(path)) return { path, from: 'default', tried: places.slice(0, i) };
  }
  return { path: places[0] ?? './site.yaml', from: 'default', tried: places };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Reads a site file. What is wrong with it, or with reading it, comes back as whole messages; never throws for that. */
export async function loadSite(where: SitePath, home = homedir()): Promise<SiteRead> {
  const { path, from, tried } = where;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return refused(`the site file ${path} is a folder; name the file in it`);
    if (stats.size > MAX_TEXT_BYTES) return refused(formatProblem(tooLarge(path, stats.size)));
    const text = await readFile(path, 'utf8');
    if (text.trim() === '')
      return refused(`the site file ${path} is empty. Make it with: inkling init --force --output ${path}`);
    return parseSite(text, path, home);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return refused(`cannot read the site file ${path}: ${reason(code)}`);
    const what =
      from === 'default'
        ? `there is no site file: looked for ${tried.join(' and ')}`
        : `the site file ${path} (from ${from}) does not exist`;
    return refused(`${what}. Make one with: inkling init`);
  }
}

const refused = (message: string): SiteRead => ({ ok: false, says: [message] });

const reason = (code: string): string =>
  code === 'EACCES' || code === 'EPERM' ? 'permission denied. Check its owner and mode' : code;
