import { connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** Connections taken so far. */
  taken(): number;
  /** Bytes from the node, and to it, that came through so far, over all connections. */
  down(): number;
  up(): number;
  /** Resets every connection. */
  reset(): void;
  close(): Promise<void>;
}

export interface Faults {
  /** Ends the n-th connection (from 0) after so many bytes from, or to, the node. Undefined: never. */
  cutDown?(connection: number): number | undefined;
  cutUp?(connection: number): number | undefined;
  /** Half close instead of a reset. */
  readonly halfClose?: boolean;
  /** What comes from the node is held back for so many milliseconds, told for each piece; their order stays. */
  hold?(): number;
  /** Flips a bit of the byte at this place from the node, in the n-th connection. */
  flip?(connection: number): number | undefined;
}

/** A TCP proxy on 127.0.0.1 that does to a link what networks do. */
export async function startProxy(port: number, faults: Faults = {}): Promise<Proxy> {
  const open = new Set<Socket>();
  let taken = 0;
  let downTotal = 0;
  let upTotal = 0;
  const server = createServer((near) => {
    const number = taken++;
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
    }
    const end = (): void => {
      if (faults.halfClose) near.end();
      else near.resetAndDestroy();
      far.resetAndDestroy();
    };
    let down = 0;
    let up = 0;
    // One piece after another: timers of different lengths need not fire in the order of their times.
    let turn: Promise<void> = Promise.resolve();
    const toNear = (bytes: Buffer): void => {
      if (faults.hold === undefined) {
        passDown(bytes);
        return;
      }
      const due = performance.now() + faults.hold();
      turn = turn
        .then(() => new Promise<void>((next) => setTimeout(next, Math.max(0, due - performance.now()))))
        .then(() => passDown(bytes));
    };
    far.on('data', toNear);
    const passDown = (bytes: Buffer): void => {
      if (near.destroyed) return;
      const flip = (faults.flip?.(number) ?? -1) - down;
      if (flip >= 0 && flip < bytes.length) bytes[flip] = (bytes[flip] ?? 0) ^ 1;
      const pass = bytes.subarray(0, Math.max(0, (faults.cutDown?.(number) ?? Infinity) - down));
      down += bytes.length;
      downTotal += pass.length;
      const room = near.write(pass, () => pass.length < bytes.length && end());
      if (!room) far.pause();
    };
    near.on('drain', () => far.resume());
    near.on('data', (bytes) => {
      const pass = bytes.subarray(0, Math.max(0, (faults.cutUp?.(number) ?? Infinity) - up));
      up += bytes.length;
      upTotal += pass.length;
      far.write(pass, () => pass.length < bytes.length && setImmediate(end));
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    taken: () => taken,
    down: () => downTotal,
    up: () => upTotal,
    reset: () => {
      for (const socket of open) socket.resetAndDestroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
