import { randomBytes } from 'node:crypto';
import { BlockList } from 'node:net';
import { type Clock, cephTime } from './clock.ts';

export interface Pool {
  readonly id: number;
  name: string;
  size: number;
  minSize: number;
  pgNum: number;
  /** Application name to its metadata. */
  readonly applications: Map<string, Record<string, string>>;
  quotaBytes: number;
  quotaObjects: number;
  readonly created: Date;
  lastChange: number;
  /** `rbd pool init` or a first image was here. */
  initialised: boolean;
  readonly options: Readonly<Record<string, number>>;
  /** Switches such as nodelete, by name. */
  readonly switches: Map<string, boolean>;
  readonly images: Map<string, Image>;
  /** `rbd config pool set`, by option. */
  readonly config: Map<string, string>;
  /** PGs of the pool remove objects of deleted snapshots until then. */
  trimsUntil?: Date;
  readonly trash: Trashed[];
  readonly erasure: boolean;
}

/** An image in the trash: it can be restored, and removed for good once its time is over. */
export interface Trashed {
  readonly id: string;
  readonly name: string;
  readonly until: Date;
  readonly image: Image;
}

export interface Snapshot {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  isProtected: boolean;
  readonly at: Date;
}

export interface Image {
  readonly name: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes written. */
  used: number;
  readonly order: number;
  readonly features: readonly string[];
  /** First bytes of its content in hex; absent while nothing is written there. */
  readonly head?: string;
  readonly created: Date;
  readonly snapshots: Snapshot[];
  parent?: {
    readonly pool: number;
    readonly image: string;
    readonly id: string;
    readonly snapshot: string;
    readonly overlap: number;
  };
  readonly watchers: { readonly address: string; readonly client: number; readonly cookie: string }[];
}

export interface AuthEntity {
  readonly entity: string;
  key: string;
  caps: Record<string, string>;
}

export interface Osd {
  readonly id: number;
  readonly uuid: string;
  up: boolean;
  /** When it last went up or down. */
  since: Date;
  /** Injected delay: of how many requests, and how long in milliseconds. */
  slowShare: number;
  slowMs: number;
  /** `ceph tell osd.N config set` and injectargs. */
  readonly overrides: Map<string, string>;
  primaryAffinity: number;
  /** Requests answered since it started, and the seconds they took. */
  served: number;
  servedSeconds: number;
  /** Since it came back it copies what it missed, until then. */
  catchesUpUntil?: Date;
}

export interface LogLine {
  readonly at: Date;
  readonly seq: number;
  readonly channel: 'audit' | 'cluster';
  readonly level: 'DBG' | 'INF' | 'SEC' | 'WRN' | 'ERR';
  readonly text: string;
}

export const GiB = 1024 ** 3;
export const MiB = 1024 ** 2;
/** Bytes of one OSD, and what each uses before any object is stored. */
export const OSD_BYTES = 6 * GiB;
const OSD_OVERHEAD = 290 * MiB;

/** State of the Ceph cluster. What can be computed from it (health, PGs, usage) is not in it. */
export class Cluster {
  readonly created: Date;
  epoch = 10;
  readonly pools: Pool[] = [];
  readonly auth = new Map<string, AuthEntity>();
  readonly osds: Osd[] = [];
  readonly flags = new Set<string>();
  ratios = { full: 0.95, backfillfull: 0.9, nearfull: 0.85 };
  /** `ceph config set`, by `who option`. */
  readonly config = new Map<string, string>();
  /** Clients the OSDs refuse: `10.0.0.1:0/0` a whole host; with the time until when. */
  readonly blocklist = new Map<string, Date>();
  /** Barred networks as `10.0.0.0/24`; with the time until when. */
  readonly rangeBlocklist = new Map<string, Date>();
  minCompatClient = 'luminous';
  /** Manager modules that were turned on, and when. */
  readonly modules = new Map<string, Date>();
  readonly log: LogLine[] = [];
  private sequence = 50;
  private poolIds = 0;

  constructor(
    readonly fsid: string,
    readonly monName: string,
    readonly monAddress: string,
    readonly clock: Clock,
  ) {
    this.created = clock.now();
  }

  /** Do the OSDs refuse every client of this address? */
  bars(address: string): boolean {
    const barred = new BlockList();
    for (const range of this.rangeBlocklist.keys()) {
      const [network = '', bits = '32'] = range.split('/');
      barred.addSubnet(network, Number(bits));
    }
    return this.blocklist.has(`${address}:0/0`) || barred.check(address);
  }

  pool(name: string): Pool | undefined {
    return this.pools.find((p) => p.name === name);
  }

  createPool(name: string, pgNum: number, options: Record<string, number> = {}, erasure = false): Pool {
    this.epoch++;
    const pool: Pool = {
      id: ++this.poolIds,
      name,
      size: 3,
      minSize: 2,
      pgNum,
      applications: new Map(),
      quotaBytes: 0,
      quotaObjects: 0,
      created: this.clock.now(),
      lastChange: this.epoch,
      initialised: false,
      options,
      switches: new Map(),
      images: new Map(),
      config: new Map(),
      trash: [],
      erasure,
    };
    this.pools.push(pool);
    return pool;
  }

  /** Marks a pool changed in a new map. */
  changed(pool: Pool): void {
    pool.lastChange = ++this.epoch;
  }

  /** Down for longer than mon_osd_down_out_interval (30 s here) means out, unless noout is set. */
  isIn(osd: Osd): boolean {
    return osd.up || this.flags.has('noout') || this.clock.now().getTime() - osd.since.getTime() < 30_000;
  }

  write(channel: LogLine['channel'], level: LogLine['level'], text: string): void {
    this.log.push({ at: this.clock.now(), seq: ++this.sequence, channel, level, text });
    if (this.log.length > 10_000) this.log.splice(0, 1000);
  }

  logText(line: LogLine): string {
    return `${cephTime(line.at)} mon.${this.monName} (mon.0) ${line.seq} : ${line.channel} [${line.level}] ${line.text}`;
  }

  /** Objects and bytes in a pool: directory and header objects of RBD, and 8 MiB data objects. */
  usage(pool: Pool): { objects: number; stored: number; used: number } {
    if (!pool.initialised) return { objects: 0, stored: 0, used: 0 };
    let objects = pool.images.size > 0 ? 3 : 1;
    let stored = 19;
    for (const image of pool.images.values()) {
      objects += 3 + image.snapshots.length + Math.ceil(image.used / 2 ** image.order);
      stored += 81 + image.used;
    }
    const blocks = (bytes: number): number => Math.ceil(bytes / 4096) * 4096;
    const data = [...pool.images.values()].reduce((sum, i) => sum + blocks(i.used), 0);
    return { objects, stored, used: (data + 4096 * (1 + pool.images.size * 2)) * pool.size };
  }

  totals(): { total: number; used: number; avail: number; objects: number; stored: number } {
    const usages = this.pools.map((p) => this.usage(p));
    const total = OSD_BYTES * this.osds.filter((o) => this.isIn(o)).length;
    const used = OSD_OVERHEAD * this.osds.length + usages.reduce((sum, u) => sum + u.used, 0);
    return {
      total,
      used,
      avail: Math.max(0, total - used),
      objects: usages.reduce((sum, u) => sum + u.objects, 0),
      stored: usages.reduce((sum, u) => sum + u.stored, 0),
    };
  }

  /** What a pool could still store: raw space below the full ratio, by its copies. */
  maxAvail(pool: Pool): number {
    const { total, used } = this.totals();
    return Math.max(0, Math.floor((total * this.ratios.full - used) / pool.size));
  }

  isFull(): boolean {
    const { total, used } = this.totals();
    return total > 0 && used / total >= this.ratios.full;
  }

  quotaReached(pool: Pool): boolean {
    const { objects, stored } = this.usage(pool);
    return (
      (pool.quotaBytes > 0 && stored >= pool.quotaBytes) || (pool.quotaObjects > 0 && objects >= pool.quotaObjects)
    );
  }

  upOsds(): Osd[] {
    return this.osds.filter((o) => o.up);
  }

  /** Does an OSD hold back every request, if only a little? Then requests pile up, and what asks all OSDs comes to nothing. */
  crawls(): boolean {
    return this.upOsds().some((o) => o.slowShare >= 1 && o.slowMs >= 50);
  }

  /** Can PGs of the pool serve requests? */
  isActive(pool: Pool): boolean {
    return this.upOsds().length >= pool.minSize;
  }

  /** Do writes to this pool wait? */
  writesBlock(pool: Pool): boolean {
    return !this.isActive(pool) || this.isFull() || this.quotaReached(pool) || this.flags.has('pausewr');
  }
}

export const imageId = (): string => randomBytes(6).toString('hex').replace(/^0+/, '');
