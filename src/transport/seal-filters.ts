/**
 * The awk programs that hide secrets on the node. Portable: mawk has no `{n}`, gawk and busybox awk run them too. Each ends its output
 * with a line `e`, so that one that broke half way is told from one that had little to say.
 */

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
export const AWK_VALUE = `${AWK_KEY}
{ for (i = 1; i <= NF; i++) { if (v != "") v = v " "; v = v $i } }
END { key(v); print "n"; print "e" }`;

/**
 * Keyring text to records: `t` text, `k` a key, `n` end of line, `e` end. A line `key = …` or `key: …` gives its whole value, however
 * damaged; a quoted one what is between the quotes.
 */
export const AWK_KEYRING = `${AWK_TOKENS}${AWK_KEY}
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
export const AWK_ERRORS = `${AWK_TOKENS}
BEGIN { token() }
{
  s = $0; o = ""
  if (match(s, /val=/)) s = substr(s, 1, RSTART + 3) "sealed"
  if (match(s, /(^|[^A-Za-z0-9_])key[ \\t]*=[ \\t]*/)) s = substr(s, 1, RSTART + RLENGTH - 1) "sealed"
  while ((at = find(s)) > 0) { o = o substr(s, 1, at - 1) "sealed"; s = substr(s, at + LEN) }
  print o s
}
END { print "e" }`;

/** What a value means, without what is only written around it: quotes, blanks, `%40` for `@`. */
const AWK_MEANT = `
function decoded(v,   o, at, hex) {
  hex = "0123456789abcdef"; o = ""
  while ((at = match(v, /%[0-9A-Fa-f][0-9A-Fa-f]/)) > 0) {
    o = o substr(v, 1, at - 1) sprintf("%c", 16 * (index(hex, tolower(substr(v, at + 1, 1))) - 1) + index(hex, tolower(substr(v, at + 2, 1))) - 1)
    v = substr(v, at + 3)
  }
  return o v
}
function trimmed(v) { gsub(/^[ \\t"']+|[ \\t"']+$/, "", v); return v }`;

/**
 * Before a text come a mark, the secrets that the node's configurations have, one a line, and the mark again. A line is `l` or `c`, a
 * digest (`-`: there is none) and the value, or `r` and a value as a URL writes it, whose digest is that of what it means. `c`: too much
 * like any word to be sought in logs. `stand` gives what stands for a value: the same wherever the value is the same.
 */
const AWK_TABLE = `${AWK_MEANT}
function stand(v) {
  v = decoded(trimmed(v))
  return (v in digest) && digest[v] != "-" ? "sealed-" digest[v] : "sealed"
}
function learn(s,   at) {
  if (s ~ /^r/) { seek(substr(s, 3)); return }
  at = index(substr(s, 3), " "); digest[substr(s, 3 + at)] = substr(s, 3, at - 1)
  if (s ~ /^l/) seek(substr(s, 3 + at))
}
NR == 1 { mark = $0; next }
!begun { if ($0 == mark) begun = 1; else learn($0); next }`;

/**
 * INI text, also behind grep's `path:line:`. At each `=` or `:` the word before it decides; a masked value takes its continuation
 * lines with it. Of an address with a password in it, of one host, protocol and host stay: whether anything answers there is asked. A value left empty stays empty: that it is unset is worth knowing and hides nothing.
 */
const CONFIG_RULES = `
function secret(w) {
  w = tolower(w)
  if (w ~ /secret_uuid$|token_roles(_required)?$/) return 0
  if (w ~ /password|passwd|passphrase|secret|token|credential|transport_url|auth_key/) return 1
  return w ~ /(^|[_.-])(connection|key|keys|pass|pwd)$/ || w == "key"
}
function login(t,   n, i, at, part, last) {
  if (t !~ /:/) return hide(t)
  n = split(t, part, /[,@]/); last = "sealed"
  for (i = 1; i <= n; i++) if ((at = index(part[i], ":")) > 0) last = hide(substr(part[i], at + 1))
  return n == 1 ? last : "sealed"
}
function urls(s,   o, t, at) {
  o = ""
  while (match(s, /:\\/\\/[^ \\t"'<>]*@/)) {
    from = RSTART; past = RSTART + RLENGTH
    t = substr(s, from + 3, past - from - 4)
    if (t ~ /:/ || length(t) > 15) t = login(t)
    o = o substr(s, 1, from + 2) t "@"
    s = substr(s, past)
  }
  return o s
}
function masked(s,   o, at) {
  s = urls(s); o = ""
  while ((at = find(s)) > 0) { o = o substr(s, 1, at - 1) hide(substr(s, at, LEN)); s = substr(s, at + LEN) }
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
  who = substr(v, RSTART + 3, RLENGTH - 4); scheme = substr(v, 1, RSTART - 1); host = substr(v, RSTART + RLENGTH); port = "0"
  sub(/[ \\t]+$/, "", host); sub(/\\/.*$/, "", host); name = host
  if (index(host, ":") > 0) { port = substr(host, index(host, ":") + 1); name = substr(host, 1, index(host, ":") - 1) }
  if (scheme ~ /^[a-z0-9+]+$/ && name ~ /^[A-Za-z0-9_.-]+$/ && port ~ /^[0-9]+$/) place = scheme "://" login(who) "@" host
  return place
}
function hidden(s, v, w,   gap) {
  match(v, /^[ \\t]*/); gap = substr(v, 1, RLENGTH); v = substr(v, RLENGTH + 1)
  place = ""
  if (v ~ /:\\/\\//) urls(v)
  if (w ~ /(transport_url|connection)$/) located(v)
  if (place != "") { open = 1; place = masked(s) gap place; return place }
  if (w ~ /token/ && v ~ /^([Tt]rue|[Ff]alse|[0-9]+)[ \\t]*$/) return s gap v
  open = 1
  if (v != "") v = hide(v)
  return masked(s) gap v
}
BEGIN { token() }
{
  sub(/\\r$/, ""); s = $0; p = ""
  if (match(s, /^[^ \\t:=]*:[0-9]+:/) || match(s, /^[^ \\t:=]*-[0-9]+-/)) { p = substr(s, 1, RLENGTH); s = substr(s, RLENGTH + 1) }
  if (s ~ /-----BEGIN/) pem = 1
  if (pem) { out(p "sealed"); if (s ~ /-----END/) pem = 0; next }
  if (open && s ~ /^[ \\t]+[^ \\t]/ && s !~ /^[ \\t]*[#;]/) { out(p " " hide(s)); next }
  if (s !~ /^[ \\t]*$/) open = 0
  out(p line(s))
}`;

export const AWK_CONFIG = `${AWK_TOKENS}${AWK_TABLE}${CONFIG_RULES}
function seek(v) { return 0 }
function hide(v) { return stand(v) }
function out(s) { print s }
END { print "e" }`;

/**
 * The secrets of the same text, as lines of the table without their digests. What could be any word is not sought in logs: they have to
 * stay readable. A password in a URL counts as it stands and as it is meant (`%40` is `@`).
 */
export const AWK_FOUND = `${AWK_TOKENS}${AWK_MEANT}${CONFIG_RULES}
function distinct(v) {
  if (length(v) < 8 || v ~ /^[<$\\/]/ || v ~ /:\\/\\// || tolower(v) ~ /^(openstack|rabbitmq|keystone|placement|password123|localhost)$/) return 0
  if (v ~ /^[0-9.]+$/ || v ~ /^[a-z_. -]+$/ || v ~ /^[A-Z_. -]+$/) return length(v) >= 12
  return 1
}
function hide(v,   d) {
  v = trimmed(v); d = decoded(v)
  if (d == "" || (v in told)) return "sealed"
  told[v] = 1
  print (distinct(d) ? "l " : "c ") d
  if (d != v && distinct(v)) print "r " v
  return "sealed"
}
function out(s) { return 0 }
END { print "e" }`;

/**
 * Lines of logs. The word before `=` or `:` decides over the word behind it, or over what stands between quotes; behind a colon
 * only words that are secrets by themselves count, because people write sentences with colons. Long base64 goes when it cannot be
 * a path or an id: it ends with `=`, or mixes both cases and digits.
 * Values of the table go wherever they stand.
 */
export const AWK_LOG = `${AWK_TOKENS}${AWK_TABLE}
function secret(w, c) {
  w = tolower(w)
  if (w ~ /secret_uuid$/) return 0
  if (w ~ /password|passwd|passphrase|adminpass|credential|auth[_-]?token|secret_?key|transport_url|authorization/) return 1
  return w ~ /(^|[_.-])(key|pass|pwd|token|secret)$/ && (c == "=" || w ~ /(^|[_-])(pass|pwd|token)$/)
}
function urls(s,   o, t, from, past) {
  o = ""
  while (match(s, /:\\/\\/[^ \\t"'<>]*@/)) {
    from = RSTART; past = RSTART + RLENGTH
    t = substr(s, RSTART + 3, RLENGTH - 4)
    if (match(t, /sealed-[0-9a-f]+$/)) t = substr(t, RSTART)
    else if (t ~ /:/) t = stand(substr(t, index(t, ":") + 1))
    else if (length(t) > 15) t = "sealed"
    o = o substr(s, 1, from + 2) t "@"; s = substr(s, past)
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
      if (at > 1) o = o stand(substr(s, 1, at - 1))
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
function seek(v,   i) {
  for (i = n++; i > 0 && length(known[i]) < length(v); i--) known[i + 1] = known[i]
  known[i + 1] = v
}
function rid(s,   i, o, at) {
  for (i = 1; i <= n; i++) {
    o = ""
    while ((at = index(s, known[i])) > 0) { o = o substr(s, 1, at - 1) stand(known[i]); s = substr(s, at + length(known[i])) }
    s = o s
  }
  return s
}
BEGIN { token() }
{
  sub(/\\r$/, ""); s = substr(n > 0 ? rid($0) : $0, 1, 4000)
  if (s ~ /-----BEGIN/) pem = 1
  if (pem) { if (s ~ /-----END/) pem = 0; print "sealed"; next }
  if (s ~ /val=/) sub(/val=.*/, "val=sealed", s)
  if (s ~ /:\\/\\/[^ ]*@/) s = urls(s)
  if (tolower(s) ~ /pass|pwd|token|key|secret|credential|transport_url|authorization/) s = values(s)
  print masked(s)
}
END { print "e" }`;
