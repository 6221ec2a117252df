import { createHash, createHmac } from 'node:crypto';
import { AWK_CONFIG, AWK_ERRORS, AWK_FOUND, AWK_KEYRING, AWK_LOG, AWK_VALUE } from './seal-filters.ts';

/**
 * Filters that run on the node, so that what they hide never travels. Portable POSIX sh and awk (mawk has no `{n}`).
 * Keys are compared by a nested keyed hash; the session's two keys are shell variables of the script, never exported,
 * and reach sha256sum through the builtin printf, so they are in no argv and no environment.
 */
export interface SessionKeys {
  readonly inner: string;
  readonly outer: string;
}

export const sessionKeys = (key: Buffer): SessionKeys => ({
  inner: createHmac('sha256', key).update('inner').digest('hex'),
  outer: createHmac('sha256', key).update('outer').digest('hex'),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the node prints for `value`: the first 16 hex digits of sha256(outer || sha256(inner || value)). */
export const digestOf = (keys: SessionKeys, value: string): string =>
  sha256(keys.outer + sha256(keys.inner + value)).slice(0, 16);

const quoted = (program: string): string => `'${program.trim().replaceAll("'", `'\\''`)}'`;

/**
 * Shell functions of the script. `s ID SECONDS FAMILY SEAL PROGRAM…` asks a sealed question. Its whole output is held in shell
 * variables (at most 8 MiB) until the filters have ended well; otherwise `e !reason` is all that leaves. `v PROGRAM…` reads a configuration
 * for its secrets alone. They are in the table `V` (seal-filters.ts), for this configuration and what is asked after it: in no argv and no
 * environment, and never leave. `V=!`: the filter broke, and no log is let out.
 */
export function sealFunctions(keys: SessionKeys, mark: string): string {
  return `M=${mark} X=${keys.inner} Y=${keys.outer}
AK=${quoted(AWK_KEYRING)}
AC=${quoted(AWK_CONFIG)}
AL=${quoted(AWK_LOG)}
AE=${quoted(AWK_ERRORS)}
AF=${quoted(AWK_FOUND)}
AV=${quoted(AWK_VALUE)}
V=
W() { LC_ALL=C awk "$1"; }
D() { H=$(printf '%s%s' "$X" "$2" | sha256sum) && H=\${H%% *} && [ \${#H} = 64 ] && H=$(printf '%s%s' "$Y" "$H" | sha256sum) && H=\${H%% *} && [ \${#H} = 64 ] || return 1
  while [ \${#H} -gt 16 ]; do H=\${H%????????}; done
  printf 'sealed:%s:%s' "$H" "$1"; }
R() { l=; while IFS= read -r w; do l=$w; case $w in t*) printf '%s' "\${w#t}" ;; k*) w=\${w#k}; D "\${w%% *}" "\${w#* }" || return 1 ;; n) printf '\\n' ;; e) ;; *) return 1 ;; esac; done; [ "$l" = e ] && printf 'e\\n'; }
G() { l=; while IFS= read -r w; do l=$w; x=\${w#??}; case $w in
  [lc]' '*) case "
$V" in *"
"[lc]" "????????????????" $x
"*|*"
"[lc]" - $x
"*) ;; *) D - "$x" >/dev/null || H=-; V="$V\${w%% *} $H $x
" ;; esac ;; r' '*) V="$V$w
" ;; e) ;; *) return 1 ;; esac; done; [ "$l" = e ] && printf '%se\\n' "$V"; }
K() { z=$(printf '%s\\n' "$1" | W "$AF" | G) || z=; case $z in *e) V=\${z%e} ;; *) V=! ;; esac; }
J() { if [ "$V" = ! ]; then printf '%s\\n%s\\n' "$M" "$M"; else printf '%s\\n%s%s\\n' "$M" "$V" "$M"; fi; printf '%s\\n' "$1"; }
v() { c=$1; shift; [ "$V" = ! ] || { o=$( { "$c" "$@" </dev/null 2>/dev/null; } | head -c 8388608 ); K "$o"; }; z= o=; }
s() { g "$1" "$2" "$3" || return 0; k=$4 c=$5; shift 5
  case $(command -v printf) in printf) ;; *) F '!printf'; return 0 ;; esac
  a=$( { o=$( { "$c" "$@" </dev/null; printf '\\n%s %s\\n' "$M" "$?"; } | head -c 8388608 ); printf '\\n%s\\n%s\\n' "$M" "$o"; } 2>&1 | head -c 9437184 )
  r=$(printf '%s\\n' "$a" | sed -n "s/^$M \\([0-9][0-9]*\\)$/\\1/p")
  [ "$r" -ge 0 ] 2>/dev/null || { F '!size'; return 0; }
  m "$r"
  o=$(printf '%s\\n' "$a" | sed -n "/^$M$/,/^$M /p" | sed "/^$M/d")
  q=$(printf '%s\\n' "$a" | sed "/^$M$/,/^$M /d" | W "$AE") || q=
  case $q in *e) q=\${q%e} ;; *) F '!awk'; return 0 ;; esac
  if [ -z "$o" ] && [ "$k$r" != value0 ]; then z=e; else case $k in
    keyring) z=$(printf '%s\\n' "$o" | W "$AK" | R) || z= ;;
    config) [ "$V" = ! ] || K "$o"; z=$(J "$o" | W "$AC") || z= ;;
    log) if [ "$V" = ! ]; then z=; else z=$(J "$o" | W "$AL") || z=; fi ;;
    value) z=$(printf '%s\\n' "$o" | W "$AV" | R) || z= ;;
    *) z= ;;
  esac; fi
  a= o=
  case $z in e) z= ;; *'
e') z=\${z%e} ;; *) F '!filter'; return 0 ;; esac
  printf '%s' "$z"; printf '%s' "$q" >&2; e "$r"; }
`;
}
