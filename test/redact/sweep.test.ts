import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Leak, Redactor } from '../../src/redact/index.ts';
import { Vault } from '../../src/redact/vault.ts';
import { Fresh, KINDS, sample } from './corpus.ts';
import { bytesOf, KEY, redacted, survivors } from './passes.ts';

const seeds = fc.integer();
/** All kinds at once, so many times; `npm run test:redact` asks for more. */
const RUNS = Number(process.env.INKLING_SEEDS ?? 1);
const file = (text: string, origin?: string) => ({ kind: '', text, secrets: [], keep: [], ...(origin && { origin }) });
const TOKEN = /‹[a-z-]+:[0-9a-f]{12}›/g;

/** How else a value may be written by what this field runs. */
const WAYS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (s) => s,
  base64: (s) => Buffer.from(s).toString('base64'),
  'base64 behind a user': (s) => Buffer.from(`nova:${s}`).toString('base64'),
  'base64 behind three letters': (s) => Buffer.from(`abc${s}, and more`).toString('base64'),
  'base64 twice': (s) => Buffer.from(Buffer.from(s).toString('base64')).toString('base64'),
  base64url: (s) => Buffer.from(s).toString('base64url'),
  hexadecimal: (s) => Buffer.from(s).toString('hex'),
  'capital hexadecimal': (s) => Buffer.from(s).toString('hex').toUpperCase(),
  'hexadecimal with colons': (s) => (Buffer.from(s).toString('hex').match(/../g) ?? []).join(':'),
  percent: (s) => encodeURIComponent(s),
  'small percent': (s) => encodeURIComponent(s).replaceAll(/%../g, (c) => c.toLowerCase()),
  'every letter percent': (s) => [...Buffer.from(s)].map((c) => `%${c.toString(16).padStart(2, '0')}`).join(''),
  JSON: (s) => JSON.stringify(s).slice(1, -1),
  'JSON in JSON': (s) => JSON.stringify(JSON.stringify(s)).slice(1, -1),
  'single-quoted shell': (s) => s.replaceAll("'", `'\\''`),
  'double-quoted shell': (s) => s.replaceAll(/["$`\\]/g, (c) => `\\${c}`),
  XML: (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  INI: (s) => s.replaceAll('%', '%%'),
  'over three lines': (s) => `${s.slice(0, 5)}\n  ${s.slice(5, 9)}\\\n${s.slice(9)}`,
  'base64 over lines': (s) =>
    (
      Buffer.from(s)
        .toString('base64')
        .match(/.{1,11}/g) ?? []
    ).join('\n'),
  'UTF-16': (s) => Buffer.from(s, 'utf16le').toString('latin1'),
};

describe('a secret of one file is found in every other, however it is written', () => {
  test.each(Object.entries(WAYS))('%s', (_way, write) => {
    fc.assert(
      fc.property(seeds, fc.constantFrom('password', 'nasty', 'typed', 'cephx'), (seed, make) => {
        const fresh = new Fresh(seed);
        const secret = fresh[make as 'password']();
        const first = file(`password: ${JSON.stringify(secret)}\n`);
        const other = file(`before ${write(secret)} after\n`);
        // The order of files does not matter.
        const [out] = redacted([other, first]).map((bytes) => bytes.toString('latin1'));
        expect(survivors(out as string, secret)).toEqual([]);
        expect(out).not.toContain(Buffer.from(write(secret)).toString('latin1'));
        expect(out).toMatch(/^before /);
        expect(out).toMatch(/ after\n$/);
      }),
      { numRuns: 8 },
    );
  });

  test('all kinds of files at once: no secret of any is left in any', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const fresh = new Fresh(seed);
        const files = KINDS.map((kind) => sample(kind, fresh));
        const secrets = files.flatMap((one) => one.secrets);
        // One file that quotes all of them, in a place that says nothing.
        const heap = file(
          secrets.map((secret, i) => `line ${i}: ${Buffer.from(`x${secret}`).toString('base64')}`).join('\n'),
        );
        const out = redacted([heap, ...files]).map((bytes) => bytes.toString('latin1'));
        const all = out.join('\n');
        for (const secret of secrets.filter((s) => s.length >= 12))
          expect({ secret, left: survivors(all, secret) }).toEqual({ secret, left: [] });
        for (const [i, one] of files.entries())
          for (const kept of one.keep)
            expect(out[i + 1]).toContain(typeof one.text === 'string' ? Buffer.from(kept).toString('latin1') : kept);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('tokens', () => {
  test('are equal for equal secrets in every form, and differ for others', () => {
    const [a, b] = ['Zx81-hq7Lmt2', 'Qw55-aa9Nnn3'];
    const text = `password = ${a}\nOS_PASSWORD=${b}\nmysql://x:${a}@h/d\n| adminPass | ${b} |\nsaid ${Buffer.from(a).toString('base64')}\n`;
    const found = new Redactor(KEY).text(text).match(TOKEN) ?? [];
    expect(found).toHaveLength(5);
    expect([found[2], found[4]]).toEqual([found[0], found[0]]);
    expect(found[3]).toBe(found[1]);
    expect(found[1]).not.toBe(found[0]);
  });

  test('are the same in every run with one key and others with another', () => {
    const text = 'password = Zx81-hq7Lmt2';
    expect(new Redactor(KEY).text(text)).toBe(new Redactor(KEY).text(text));
    expect(new Redactor(Buffer.alloc(32, 8)).text(text)).not.toBe(new Redactor(KEY).text(text));
  });

  test('say what a key is, wherever it is named', () => {
    const key = new Fresh(3).cephx();
    const out = new Redactor(KEY).text(`password: ${key}\n[client.x]\nkey = ${key}\n`);
    expect(new Set(out.match(TOKEN))).toHaveProperty('size', 1);
    expect(out).toContain('‹cephx:');
  });

  test('of JSON leave JSON', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const password = new Fresh(seed).nasty();
        const out = new Redactor(KEY).text(
          JSON.stringify({ auth: { password, n: 3 }, s: JSON.stringify({ password }) }),
        );
        expect(Object.keys(JSON.parse(out))).toEqual(['auth', 's']);
        expect(JSON.parse(JSON.parse(out).s)).toHaveProperty('password');
      }),
      { numRuns: 30 },
    );
  });
});

test('what was redacted once stays as it is', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...KINDS), (seed, kind) => {
      const one = sample(kind, new Fresh(seed));
      const [once] = redacted([one]) as [Buffer];
      const again = redacted([{ ...one, text: once }], Buffer.alloc(32, 9))[0] as Buffer;
      expect(again.toString('latin1')).toBe(once.toString('latin1'));
    }),
    { numRuns: 90 },
  );
});

test('any bytes are read, in any pieces, and bytes without secrets come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 700 }), (bytes, piece) => {
      const text = Buffer.from(bytes);
      const [out] = redacted([{ kind: '', text, secrets: [], keep: [] }], KEY, piece) as [Buffer];
      if (!out.includes(Buffer.from('‹'))) expect(out.equals(text)).toBe(true);
    }),
    { numRuns: 60 },
  );
  const signs = [
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    '=',
    ':',
    ' ',
    '\n',
    '|',
    '-',
    '%',
    '<',
    '>',
    '://',
    '@',
    'password',
    'key',
    'AQ',
    'eyJ',
    '-----BEGIN PRIVATE KEY-----',
    '‹',
    '›',
    'mysql -p',
    '$6$',
    '\0',
    'gAAAA',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...signs), { maxLength: 60 }), (parts) => {
      const [out] = redacted([file(parts.join(''))]) as [Buffer];
      expect(out).toBeInstanceOf(Buffer);
    }),
    { numRuns: 300 },
  );
});

test('pieces do not matter: a secret is found wherever the stream is cut', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 97 }), fc.constantFrom(...KINDS), (seed, piece, kind) => {
      const one = sample(kind, new Fresh(seed));
      expect((redacted([one], KEY, piece)[0] as Buffer).equals(redacted([one], KEY, 1 << 20)[0] as Buffer)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a secret at the edge of a block is found, also in a line without end', () => {
  const secret = 'Hq72-LmtZx81aa';
  for (const filler of ['x'.repeat(99), `${'word '.repeat(20)}\n`, 'a,b;'.repeat(25)])
    for (let shift = -40; shift <= 40; shift += 8) {
      const lead = filler.repeat(Math.ceil(70_000 / filler.length)).slice(0, 65_536 + shift);
      const text = `${lead} password="${secret}" ${filler.repeat(40)} ${secret} ${filler.repeat(800)}`;
      const [out] = redacted([file(text)], KEY, 50_000) as [Buffer];
      expect({ shift, found: out.includes(secret) }).toEqual({ shift, found: false });
    }
});

describe('work grows with the text and no faster', () => {
  /** Letters looked at: every look at a letter and every search counts. */
  function steps(work: () => void): number {
    let count = 0;
    const patched = String.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
    const costs: Readonly<Record<string, (text: string, args: unknown[], result: unknown) => number>> = {
      charCodeAt: () => 1,
      charAt: () => 1,
      slice: () => 1,
      includes: (text, _args, result) => (result === true ? 1 : text.length),
      indexOf: (text, [, from = 0], at) => (Number(at) < 0 ? text.length : Number(at)) - Number(from),
      lastIndexOf: (text, [, from = text.length], at) => Math.min(text.length, Number(from)) - Math.max(0, Number(at)),
    };
    const real = Object.keys(costs).map((name) => [name, patched[name]] as const);
    for (const [name, method] of real)
      patched[name] = function (this: string, ...args: unknown[]) {
        const result = (method as (...args: unknown[]) => unknown).apply(this, args);
        count += costs[name]?.(this, args, result) ?? 0;
        return result;
      };
    try {
      work();
    } finally {
      for (const [name, method] of real) patched[name] = method as (...args: unknown[]) => unknown;
    }
    return count;
  }

  test.each([
    ['letters', 'a'],
    ['base64', 'QUJDREVG'],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['names', 'password '],
    ['assignments', 'password='],
    ['colons', 'password: '],
    ['open quotes', 'password="'],
    ['escaped quotes', 'password=\\"'],
    ['addresses', 'http://a:'],
    ['signs of addresses', '://'],
    ['at signs', 'a@'],
    ['options', ' --password'],
    ['programs', 'mysql -p '],
    ['keys that break off', 'AQ'],
    ['tokens that break off', 'gAAAA.'],
    ['web tokens that break off', 'eyJ.'],
    ['angles', '<password'],
    ['bars', '|password'],
    ['brackets', '["'],
    ['armour', '-----BEGIN PRIVATE KEY-----'],
    ['identified', 'identified by '],
    ['percents', '%3a%22'],
    ['zeros', '\0'],
    ['spaces', ' '],
    ['spaces and signs', '  ='],
    ['line ends', '\n'],
    ['digits', '$6$1'],
    ['echo', 'echo |passwd '],
  ])('%s', (_what, unit) => {
    const run = (length: number): number =>
      steps(() => {
        const redactor = new Redactor(KEY);
        const bytes = Buffer.from(unit.repeat(Math.ceil(length / unit.length)));
        const learner = redactor.learn('x');
        learner.write(bytes);
        learner.end();
        const replacer = redactor.replace('x');
        replacer.write(bytes);
        replacer.end();
      });
    run(1_000);
    const [short, long] = [run(4_000), run(16_000)];
    expect(long / short).toBeLessThan(6);
  });
});

test('a text that is packed inside another is read', () => {
  const packed = gzipSync('[x]\npassword = Hq72-LmtZx81aa\n').toString('base64');
  const out = new Redactor(KEY).text(`{"files": [{"content": "${packed}"}], "note": "Hq72-LmtZx81aa"}`);
  expect(out).not.toContain('Hq72-LmtZx81aa');
  expect(out).not.toContain(packed);
  expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toContain('password');
});

test('the gate stops what still holds a known secret, and says nothing of it', () => {
  const redactor = new Redactor(KEY);
  redactor.text('password = Hq72-LmtZx81aa');
  const open = (text: string) => () => {
    const gate = redactor.gate();
    gate.write(Buffer.from(text));
    gate.end();
  };
  expect(open('nothing here')).not.toThrow();
  for (const text of ['Hq72-LmtZx81aa', Buffer.from('xHq72-LmtZx81aa').toString('base64'), 'Hq72-Lm\n tZx81aa']) {
    expect(open(`so ${text} it is`)).toThrow(Leak);
    expect(open(text)).not.toThrow(/Hq72/);
  }
});

test('words that anybody uses are hidden where they are secret and left alone elsewhere', () => {
  const out = new Redactor(KEY).text(
    'password = nova\nrabbit_password = openstack\nservice nova of openstack in pool volumes\nroot_password=12345\nport 12345\n',
  );
  expect(out).not.toMatch(/= (nova|openstack)\n/);
  expect(out).not.toContain('password=12345');
  expect(out).toContain('service nova of openstack in pool volumes');
  expect(out).toContain('port 12345');
});

test('a million one-time tokens do not fill the memory: those beyond the limit are hidden where they stand', () => {
  const vault = new Vault(KEY, 100);
  for (let i = 0; i < 120; i++) vault.add('token', [`t0ken-${i}-${i * 7919}-abcdef`]);
  expect(vault.size).toBeLessThanOrEqual(100);
  expect(vault.unsought).toBeGreaterThan(0);
  expect(bytesOf(file('x')).length).toBe(1);
});
