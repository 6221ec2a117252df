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

export interface Trace {
  readonly unit: string;
  readonly logger: string;
  /** `rbd.PermissionError: [errno 1] …`; of a chain of errors one a line, the last one is what was raised in the end. */
  readonly error: string;
  readonly frames?: readonly Frame[];
  /** Before every line of the traceback: `[instance: …] `. */
  readonly about?: string;
}

export interface ServiceError extends Trace {
  readonly mark: string;
  /** Words before the error in the first line. */
  readonly says: string;
}

/** Logs an exception as oslo.log does: what failed, then the traceback, each line with the whole prefix. */
export function logError(world: World, node: LabNode, what: ServiceError): void {
  const raised = what.error.split('\n').at(-1) ?? '';
  const line = `${what.mark} ${what.about ?? ''}${what.says}: ${raised}`;
  serviceLog(world, node, what.unit, 'ERROR', what.logger, line);
  logTrace(world, node, what);
}

/** The traceback alone, with the exception and an empty line at its end. */
export function logTrace(world: World, node: LabNode, what: Trace): void {
  const line = (text: string): void =>
    serviceLog(world, node, what.unit, 'ERROR', what.logger, `${what.about ?? ''}${text}`);
  if (what.frames) {
    line('Traceback (most recent call last):');
    for (const [file, at, in_, source] of what.frames) {
      const path = file.endsWith('.pyx') ? file : `/usr/lib/python3/dist-packages/${file}`;
      line(`  File "${path}", line ${at}, in ${in_}`);
      if (source) line(`    ${source}`);
    }
  }
  for (const text of [...what.error.split('\n'), '']) line(text);
}
