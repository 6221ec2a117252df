import { randomUUID } from 'node:crypto';
import { type Call, fail, type Result } from '../../shell/program.ts';
import { reach } from '../../world/network.ts';
import { isActive } from '../../world/world.ts';

/** Signs in with the OS_ variables, as every openstack command does first. */
export async function signIn(call: Call): Promise<Result | undefined> {
  const url = call.env.OS_AUTH_URL;
  if (url === undefined) return fail(1, 'Missing value auth-url required for auth plugin password\n');
  const { hostname, port } = new URL(url);
  const met = reach(call.world, call.node, hostname, Number(port || 80));
  if (met !== 'open') {
    if (met === 'silent' && !(await call.wait(3.07))) return fail(143, '');
    return fail(
      1,
      `Failed to discover available identity versions when contacting ${url}. Attempting to parse version from URL.\nUnable to establish connection to ${url}/auth/tokens\n`,
    );
  }
  if (call.env.OS_PASSWORD === call.world.cloud.password && call.env.OS_USERNAME === 'admin') return undefined;
  return fail(1, `The request you have made requires authentication. (HTTP 401) (Request-ID: req-${randomUUID()})\n`);
}

/** Answers when the API of a service does not. */
export function apiDown(call: Call, unit: string, port: number): Result | undefined {
  if (isActive(call.world.nodes.get('controller'), unit)) return undefined;
  return fail(
    1,
    `Unable to establish connection to http://controller:${port}: HTTPConnectionPool(host='controller', port=${port}): Max retries exceeded (Connection refused)\n`,
  );
}
