import { randomUUID } from 'node:crypto';
import { serviceLog } from '../services.ts';
import type { LabNode, World } from '../world/world.ts';

/** One request of the admin of the practice cloud, as oslo.log marks its lines. */
export interface Asked {
  readonly id: string;
  readonly mark: string;
}

/** `scoped`: HTTP requests carry the domains, messages between Cinder's services do not. */
export function newRequest(world: World, scoped = true): Asked {
  const id = `req-${randomUUID()}`;
  const { userId, projectId } = world.cloud;
  return { id, mark: `[None ${id} ${userId} ${projectId} - - ${scoped ? 'default default' : '- -'}]` };
}

/** Where a service's Python failed, innermost last: file below dist-packages, line, function, source line. */
export type Frame = readonly [file: string, line: number, in_: string, source: string];

export interface ServiceError {
  readonly unit: string;
  readonly logger: string;
  readonly mark: string;
  /** Words before the error in the first line. */
  readonly says: string;
  /** `rbd.PermissionError: [errno 1] …`. */
  readonly error: string;
  readonly frames?: readonly Frame[];
  /** Before every line of the traceback: `[instance: …] `. */
  readonly about?: string;
}

/** Logs an exception as oslo.log does: what failed, the traceback, the exception, an empty line; each with the whole prefix. */
export function logError(world: World, node: LabNode, what: ServiceError): void {
  const about = what.about ?? '';
  const line = (text: string): void => serviceLog(world, node, what.unit, 'ERROR', what.logger, text);
  const [first = '', ...rest] = what.error.split('\n');
  line(`${what.mark} ${about}${what.says}: ${first}`);
  if (what.frames) {
    line(`${about}Traceback (most recent call last):`);
    for (const [file, at, in_, source] of what.frames) {
      const path = file.endsWith('.pyx') ? file : `/usr/lib/python3/dist-packages/${file}`;
      line(`${about}  File "${path}", line ${at}, in ${in_}`);
      if (source) line(`${about}    ${source}`);
    }
  }
  for (const text of [first, ...rest, '']) line(`${about}${text}`);
}
