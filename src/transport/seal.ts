import { createHash, createHmac } from 'node:crypto';

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

/** Shared by all awk programs: `tokens` cuts a text at everything that looks like a cephx key or long base64. */
const AWK_TOKENS = `
function token(s,   i, b, r) {
  b = "[A-Za-z0-9+/=_-]"; r = "A[Qg][A-D]"; for (i = 0; i < 16; i++) r = r b
  KEY = r b "*"
  b = "[A-Za-z0-9+/]"; r = ""; for (i = 0; i < 28; i++) r = r b
  BASE = r b "*="
}
function find(s,   at, len) {
  at = match(s, KEY); len = RLENGTH
  if (match(s, BASE) && (at == 0 || RSTART < at)) { len = RLENGTH + 1; at = RSTART; if (substr(s, at + len - 1, 1) != "=") len-- }
  LEN = len
  return at
}`;

/** A key as a record: `k`, its kind, a blank, the key. Ceph's own form: type, two times, length 16 or 32, the bytes; in base64. */
const AWK_KEY = `
function key(v,   kind) {
  kind = "malformed"
  if (v == "") kind = "empty"
  else if (length(v) == 40 && v ~ /^AQ[A-D][A-Za-z0-9+\\/]+==$/ && substr(v, 15, 2) == "AA") kind = "aes"
  else if (length(v) == 60 && v ~ /^Ag[A-D][A-Za-z0-9+\\/]+=$/ && substr(v, 15, 2) == "AA") kind = "aes256k"
  print "k" kind " " v
}`;

/** The whole output as one key: blanks around it are none of it. */
const AWK_VALUE = `${AWK_KEY}
{ for (i = 1; i <= NF; i++) { if (v != "") v = v " "; v = v $i } }
END { key(v); print "n"; print "e" }`;

/**
 * Keyring text to records: `t` text, `k` a key, `n` end of line, `e` end. A line `key = …` or `key: …` gives its whole value, however
 * damaged; a quoted one what is between the quotes.
 */
const AWK_KEYRING = `${AWK_TOKENS}${AWK_KEY}
function rest(s,   at) {
  while ((at = find(s)) > 0) { print "t" substr(s, 1, at - 1); key(substr(s, at, LEN)); s = substr(s, at + LEN) }
  print "t" s
}
BEGIN { token() }
{
  sub(/\\r$/, ""); s = $0
  while (match(s, /(^|[^A-Za-z0-9_])["']?[Kk][Ee][Yy]["']?[ \\t]*[=:][ \\t]*["']?/)) {
    from = RSTART; past = RSTART + RLENGTH
    rest(substr(s, 1, from - 1)); print "t" substr(s, from, past - from)
    q = substr(s, past - 1, 1); s = substr(s, past)
    if (q == "\\"" || q == "'") { at = index(s, q); if (at == 0) at = length(s) + 1 } else { sub(/[ \\t]+$/, "", s); at = length(s) + 1 }
    key(substr(s, 1, at - 1)); s = substr(s, at)
  }
  rest(s); print "n"
}
END { print "e" }`;

/** Standard error of a sealed question: no digests, only masks; also the value in ceph's "error setting modifier … val=…". */
const AWK_ERRORS = `${AWK_TOKENS}
BEGIN { token() }
{
  s = $0; o = ""
  if (match(s, /val=/)) s = substr(s, 1, RSTART + 3) "sealed"
  if (match(s, /(^|[^A-Za-z0-9_])key[ \\t]*=[ \\t]*/)) s = substr(s, 1, RSTART + RLENGTH - 1) "sealed"
  while ((at = find(s)) > 0) { o = o substr(s, 1, at - 1) "sealed"; s = substr(s, at + LEN) }
  print o s
}
END { print "e" }`;

/**
 * INI text, also behind grep's \`path:line:\`. At each \`=\` or \`:\` the word before it decides; a masked value takes its continuation
 * lines with it. Of an address with a password in it, of one host, protocol and host stay: whether anything answers there is asked. A value left empty stays empty: that it is unset is worth knowing and hides nothing.
 */
const AWK_CONFIG = `${AWK_TOKENS}
function secret(w) {
  w = tolower(w)
  if (w ~ /secret_uuid$|token_roles(_required)?$/) return 0
  if (w ~ /password|passwd|passphrase|secret|token|credential|transport_url|auth_key/) return 1
  return w ~ /(^|[_.-])(connection|key|keys|pass|pwd)$/ || w == "key"
}
function urls(s,   o, t, at) {
  o = ""
  while (match(s, /:\\/\\/[^ \\t"'<>]*@/)) {
    from = RSTART; past = RSTART + RLENGTH
    t = substr(s, from + 3, past - from - 4)
    if (t ~ /:/ || length(t) > 15) t = "sealed"
    o = o substr(s, 1, from + 2) t "@"
    s = substr(s, past)
  }
  return o s
}
function masked(s,   o, at) {
  s = urls(s); o = ""
  while ((at = find(s)) > 0) { o = o substr(s, 1, at - 1) "sealed"; s = substr(s, at + LEN) }
  return o s
}
function line(s,   i, c, left, w, v, r) {
  if (s ~ /[=:]/) for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1); v = substr(s, i + 1)
    if ((c == "=" || c == ":") && !(c == ":" && v ~ /^([0-9]+:|\\/\\/)/)) {
      left = substr(s, 1, i - 1); sub(/[ \\t"']+$/, "", left)
      if (match(left, /[A-Za-z0-9_.-]+$/)) {
        w = substr(left, RSTART)
        if (secret(w)) { r = hidden(substr(s, 1, i), v, w); return r }
      }
    }
  }
  return masked(s)
}
function located(v) {
  place = ""
  if (v ~ /@.*@/ || !match(v, /:\\/\\/[^ \\t"'<>]*@/)) return place
  scheme = substr(v, 1, RSTART - 1); host = substr(v, RSTART + RLENGTH); port = "0"
  sub(/[ \\t]+$/, "", host); sub(/\\/.*$/, "", host); name = host
  if (index(host, ":") > 0) { port = substr(host, index(host, ":") + 1); name = substr(host, 1, index(host, ":") - 1) }
  if (scheme ~ /^[a-z0-9+]+$/ && name ~ /^[A-Za-z0-9_.-]+$/ && port ~ /^[0-9]+$/) place = scheme "://sealed@" host
  return place
}
function hidden(s, v, w,   gap) {
  match(v, /^[ \\t]*/); gap = substr(v, 1, RLENGTH); v = substr(v, RLENGTH + 1)
  place = ""
  if (w ~ /(transport_url|connection)$/) located(v)
  if (place != "") { open = 1; place = masked(s) gap place; return place }
  if (w ~ /token/ && v ~ /^([Tt]rue|[Ff]alse|[0-9]+)[ \\t]*$/) return s gap v
  open = 1
  if (v != "") v = "sealed"
  return masked(s) gap v
}
BEGIN { token() }
{
  sub(/\\r$/, ""); s = $0; p = ""
  if (match(s, /^[^ \\t:=]*:[0-9]+:/) || match(s, /^[^ \\t:=]*-[0-9]+-/)) { p = substr(s, 1, RLENGTH); s = substr(s, RLENGTH + 1) }
  if (s ~ /-----BEGIN/) pem = 1
  if (pem) { print p "sealed"; if (s ~ /-----END/) pem = 0; next }
  if (open && s ~ /^[ \\t]+[^ \\t]/ && s !~ /^[ \\t]*[#;]/) { print p " sealed"; next }
  if (s !~ /^[ \\t]*$/) open = 0
  print p line(s)
}
END { print "e" }`;

/**
 * Lines of logs. The word before \`=\` or \`:\` decides over the word behind it, or over what stands between quotes; behind a colon
 * only words that are secrets by themselves count, because people write sentences with colons. Long base64 goes when it cannot be
 * a path or an id: it ends with \`=\`, or mixes both cases and digits.
 */
const AWK_LOG = `${AWK_TOKENS}
function secret(w, c) {
  w = tolower(w)
  if (w ~ /secret_uuid$/) return 0
  if (w ~ /password|passwd|passphrase|adminpass|credential|auth[_-]?token|secret_?key|transport_url|authorization/) return 1
  return w ~ /(^|[_.-])(key|pass|pwd|token|secret)$/ && (c == "=" || w ~ /(^|[_-])(pass|pwd|token)$/)
}
function urls(s,   o, t) {
  o = ""
  while (match(s, /:\\/\\/[^ \\t"'<>]*@/)) {
    t = substr(s, RSTART + 3, RLENGTH - 4); if (t ~ /:/ || length(t) > 15) t = "sealed"
    o = o substr(s, 1, RSTART + 2) t "@"; s = substr(s, RSTART + RLENGTH)
  }
  return o s
}
function values(s,   o, past, c, left, w, q, v, at) {
  o = ""
  while (match(s, /[A-Za-z0-9_.-]+["']?[ \\t]*[=:][ \\t]*["']?/)) {
    past = RSTART + RLENGTH; left = substr(s, RSTART, RLENGTH); c = left ~ /=/ ? "=" : ":"
    match(left, /^[A-Za-z0-9_.-]+/); w = substr(left, 1, RLENGTH); q = substr(left, length(left), 1)
    o = o substr(s, 1, past - 1); s = substr(s, past)
    if (secret(w, c) && s !~ /^(\\*\\*\\*|sealed|None|null|true|false|[Ii]nvalid|[Ee]xpired|[Rr]ejected)/) {
      if ((tolower(w) ~ /authorization/ || left ~ /key[ \\t]+=/) && q != "\\"" && q != "'") at = length(s) + 1
      else if (q == "\\"" || q == "'") { at = index(s, q); if (at == 0) at = length(s) + 1 }
      else { at = match(s, /[ \\t,;&)}\\]"']/); if (at == 0) at = length(s) + 1 }
      if (at > 1) o = o "sealed"
      s = substr(s, at)
    }
  }
  return o s
}
function opaque(t) { return t ~ /=$/ || t ~ /^A[Qg][A-D]/ || (t ~ /[A-Z]/ && t ~ /[a-z]/ && t ~ /[0-9]/) }
function masked(s,   o, at, t) {
  o = ""
  while ((at = find(s)) > 0) { t = substr(s, at, LEN); o = o substr(s, 1, at - 1) (opaque(t) ? "sealed" : t); s = substr(s, at + LEN) }
  return o s
}
BEGIN { token() }
{
  sub(/\\r$/, ""); s = substr($0, 1, 4000)
  if (s ~ /-----BEGIN/) pem = 1
  if (pem) { if (s ~ /-----END/) pem = 0; print "sealed"; next }
  if (s ~ /val=/) sub(/val=.*/, "val=sealed", s)
  if (s ~ /:\\/\\/[^ ]*@/) s = urls(s)
  if (tolower(s) ~ /pass|pwd|token|key|secret|credential|transport_url|authorization/) s = values(s)
  print masked(s)
}
END { print "e" }`;

const quoted = (program: string): string => `'${program.trim().replaceAll("'", `'\\''`)}'`;

/**
 * Shell functions of the script. `s ID SECONDS FAMILY SEAL PROGRAM…` asks a sealed question. Its whole output is held in shell
 * variables (at most 8 MiB) until the filters have ended well; otherwise `e !reason` is all that leaves.
 */
export function sealFunctions(keys: SessionKeys, mark: string): string {
  return `M=${mark} X=${keys.inner} Y=${keys.outer}
AK=${quoted(AWK_KEYRING)}
AC=${quoted(AWK_CONFIG)}
AL=${quoted(AWK_LOG)}
AE=${quoted(AWK_ERRORS)}
AV=${quoted(AWK_VALUE)}
W() { LC_ALL=C awk "$1"; }
D() { H=$(printf '%s%s' "$X" "$2" | sha256sum) && H=\${H%% *} && [ \${#H} = 64 ] && H=$(printf '%s%s' "$Y" "$H" | sha256sum) && H=\${H%% *} && [ \${#H} = 64 ] || return 1
  while [ \${#H} -gt 16 ]; do H=\${H%????????}; done
  printf 'sealed:%s:%s' "$H" "$1"; }
R() { l=; while IFS= read -r w; do l=$w; case $w in t*) printf '%s' "\${w#t}" ;; k*) w=\${w#k}; D "\${w%% *}" "\${w#* }" || return 1 ;; n) printf '\\n' ;; e) ;; *) return 1 ;; esac; done; [ "$l" = e ] && printf 'e\\n'; }
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
    config) z=$(printf '%s\\n' "$o" | W "$AC") || z= ;;
    log) z=$(printf '%s\\n' "$o" | W "$AL") || z= ;;
    value) z=$(printf '%s\\n' "$o" | W "$AV" | R) || z= ;;
    *) z= ;;
  esac; fi
  a= o=
  case $z in e) z= ;; *'
e') z=\${z%e} ;; *) F '!filter'; return 0 ;; esac
  printf '%s' "$z"; printf '%s' "$q" >&2; e "$r"; }
`;
}
