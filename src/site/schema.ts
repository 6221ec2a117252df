import { z } from 'zod';
import { ROLES } from '../domain/site.ts';

const oneOrMore = <S extends z.ZodType>(item: S) => z.union([item, z.array(item).min(1)]);

const path = z.string().min(1).max(4096);
/** What ssh itself takes as a name: nothing that could be read as an option or by a shell. */
const host = z.string().regex(/^(?!-)[A-Za-z0-9._:%[\]-]{1,253}$/, 'expected a host name, an address or an ssh alias');
const user = z.string().regex(/^(?!-)[A-Za-z0-9._@\\+-]{1,64}$/, 'expected a user name');
const jump = z
  .string()
  .regex(
    /^(?!-)[A-Za-z0-9._:%@,[\]-]{1,500}$/,
    'expected jump hosts as ssh has them: [user@]host[:port], joined by commas',
  );

/** How to connect, where it is not what the ssh configuration says. */
const connection = {
  config: path.optional(),
  known_hosts: oneOrMore(path).optional(),
  client: z.enum(['auto', 'ssh2', 'openssh']).optional(),
};

const reachSchema = z.strictObject({
  alias: host.optional(),
  host: host.optional(),
  port: z.int().min(1).max(65535).optional(),
  user: user.optional(),
  identity: oneOrMore(path).optional(),
  jump: jump.optional(),
  ...connection,
});

export const nodeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dots and hyphens, 63 at most'),
  roles: z.array(z.enum(ROLES)),
  ssh: z.union([host, reachSchema]).optional(),
  become: z.enum(['sudo', 'root']).default('sudo'),
});

/** `site.yaml` as it is written. Strict: a key it does not know is a slip of the pen. */
export const siteSchema = z.strictObject({
  name: z.string().min(1).max(100),
  ssh: z.strictObject(connection).optional(),
  nodes: z.array(nodeSchema).min(1),
});

export type SiteText = z.output<typeof siteSchema>;
export type NodeText = z.output<typeof nodeSchema>;
