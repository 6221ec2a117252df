import { FENCE, LOCK } from './lease-script.ts';

/**
 * Programs that run on a node to change one file as root. Constants: what varies comes as arguments, contents on stdin.
 *
 * All work is done in a private folder inside the file's own folder, entered once and used by relative names: whoever else can write to
 * the file's folder can swap neither the new file nor the way to it. What is there is judged on a copy, so that a file that is swapped
 * meanwhile for a link or a pipe is neither followed nor waited for. The file is replaced by renaming: it is the old one or the new one
 * at every moment.
 *
 * Exit codes: 0 done; 70 refused, the file is as it was; anything else: only reading the file tells what happened.
 */
export const COMMON = `set -u
umask 077
tmp= kept= soon= me=$(id -u)
# A pipe that takes the place of a file just before it is opened would be waited for.
if timeout 1 true </dev/null 2>/dev/null; then soon='timeout 10'; fi
# Nothing is said before all is done: where nobody listens any more, the first word ends the program.
no() { clear_up; [ -z "$kept" ] || rm -f -- "$kept" "$kept.absent"; echo "refused: $1" >&2; exit 70; }
clear_up() { [ -z "$tmp" ] || { rm -f -- ./new ./seen; cd /; rmdir -- "$tmp"; } 2>/dev/null; tmp=; }
trap 'no "it was ended from outside"' HUP INT TERM
digest() { set -- "$(sha256sum < "$1")"; printf '%s' "\${1%% *}"; }
# What is at $1, judged on a copy at $2: its digest, absent, link, odd, or failed when it could not be copied.
seen() {
  if [ -L "$1" ]; then echo link; elif [ ! -e "$1" ]; then echo absent; elif [ ! -f "$1" ]; then echo odd
  elif { [ ! -e "$2" ] && [ ! -L "$2" ] || rm -f -- "$2"; } && $soon cp -a -T -- "$1" "$2" </dev/null; then
    if [ -L "$2" ]; then echo link; elif [ -f "$2" ]; then digest "$2"; else echo odd; fi
  elif [ -e "$1" ]; then echo failed; else echo absent; fi
}
refuse_odd() {
  case $1 in
    link) no "$path is a link" ;;
    odd) no "$path is not a regular file" ;;
    failed) no "$path could not be copied" ;;
  esac
}
# A link among the folders is followed only where nobody but root, or we, can have put it.
refuse_links() {
  at=$1
  while [ "$at" != / ]; do
    up=\${at%/*} up=\${up:-/}
    if [ -L "$at" ]; then
      case $(stat -L -c '%u %A' -- "$up") in
        0' 'd????-??-? | "$me"' 'd????-??-?) ;;
        *) no "$at is a link in a folder that others can write to" ;;
      esac
    fi
    at=$up
  done
}
# Puts ./new in the place of ../NAME in one go, and judges what was there just before and after that: a change of the last moment is put back and not
# lost, nor is one that came over ours meanwhile. 0 done; 10 there was something else, and is again; 11 it could not be put back;
# anything else: nothing was done.
exchange() {
  command -v python3 >/dev/null 2>&1 || return 1
  python3 -I -S -c '
import ctypes, errno, hashlib, os, stat, sys
new, name, want = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
def swap():
    if libc.renameat2(-100, os.fsencode(new), -100, os.fsencode(name), 2) == 0: return
    raise OSError(ctypes.get_errno(), "exchange")
held = []
def identity():
    held.append(os.open(new, os.O_PATH | os.O_NOFOLLOW))
    return os.fstat(held[-1])[1:3]
def expected(path):
    try: fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError: return False
    if not stat.S_ISREG(os.fstat(fd).st_mode): return False
    seen = hashlib.sha256()
    while True:
        some = os.read(fd, 65536)
        if not some: break
        seen.update(some)
    return seen.hexdigest() == want and os.path.samestat(os.fstat(fd), os.lstat(path))
last = identity()
try:
    if not expected(name): sys.exit(10)
    swap()
except OSError as e: sys.exit(10 if e.errno == errno.ENOENT else 1)
try:
    same = expected(new)
    while not same:
        mine = identity()
        swap()
        if identity() == last: break
        last = mine
except OSError as e: sys.exit(10 if e.errno == errno.ENOENT else 11)
sys.exit(0 if same else 10)' ./new "../$name" "$1" 2>/dev/null
}
# Puts ./new in the place of ../NAME, which must still be $1.
replace() {
  [ "$(seen "../$name" ./seen)" = "$1" ] || no "$path $2"
  trap '' HUP INT TERM
  if [ "$1" = absent ]; then
    mv -n -T -- ./new "../$name" || no "the file could not be renamed into place"
    [ ! -e ./new ] || no "$path $2"
    return 0
  fi
  exchange "$1"
  case $? in
    0) ;;
    10) no "$path $2" ;;
    11) echo "$path was changed in the same moment, and the change could not be put back: it is in $tmp/new" >&2; exit 75 ;;
    *) mv -T -- ./new "../$name" || no "the file could not be renamed into place" ;;
  esac
}
# Enters a private folder next to the file; from there the file is ../NAME. Those that a crash left behind are swept.
enter() {
  folder=\${path%/*} folder=\${folder:-/} name=\${path##*/}
  [ -d "$folder" ] || no "the folder $folder does not exist"
  refuse_links "$folder"
  cd -P -- "$folder" || no "$folder cannot be entered"
  case $(stat -c %A .) in d???????w?) no "everybody can write to the folder $folder" ;; esac
  find . -maxdepth 1 -name '.inkling-????????' -user "$me" -mmin +10 2>/dev/null | while IFS= read -r left; do
    if [ -d "$left" ] && [ ! -L "$left" ]; then (cd -P -- "$left" && rm -f -- ./new ./seen); rmdir -- "$left"; fi
  done 2>/dev/null
  here=$(pwd -P)
  tmp=$(mktemp -d "$here/.inkling-XXXXXXXX") || { tmp=; no "no temporary folder in $folder"; }
  cd -P -- "$tmp" || no "the temporary folder cannot be entered"
  [ "$(pwd -P) $(stat -c '%u %a' .)" = "$tmp $me 700" ] || no "somebody else moves files in $folder"
}
${LOCK}${FENCE}# A blank, the + or . that ls shows behind the mode, and the SELinux label; nothing when that cannot be seen.
access() {
  list=$(ls -ld -- "$1") list=\${list%% *}
  [ -z "$list" ] || printf ' %s%s' "\${list#??????????}" "$(stat -c %C -- "$1" 2>/dev/null)"
}
# $1 gets owner, mode, access list, label and attributes of $2; its time is its own.
same_access() {
  cp --attributes-only --preserve=all -- "$2" "$1" 2>/dev/null || :
  touch -- "$1"
}
`;

/**
 * Says no to a new file that its reader cannot parse, when it can parse the one before (a file that was odd before may stay odd). Nothing
 * is read where there is no reader, and whether a value is right is for the playbook to say.
 */
const VALIDATE = `parses() {
  case $1 in
    keyring) ceph-authtool "$2" -l ;;
    ceph) ceph-conf -c "$2" -l x ;;
    ini) python3 -I -c 'import configparser, io, sys
p = configparser.RawConfigParser(strict=False, allow_no_value=True, delimiters=("=", ":"))
p.read_file(io.StringIO(open(sys.argv[1], "rb").read().decode("utf-8-sig", "surrogateescape")))' "$2" ;;
  esac >/dev/null 2>&1 </dev/null
}
validate() {
  case $path in
    *.keyring) reader=keyring program=ceph-authtool ;;
    */ceph/*.conf) reader=ceph program=ceph-conf ;;
    *.conf) reader=ini program=python3 ;;
    *) return 0 ;;
  esac
  command -v "$program" >/dev/null 2>&1 || return 0
  parses "$reader" "$1" && return 0
  if [ "$was" = absent ]; then [ "$reader" = ini ] || no "$program cannot read the new content"
  elif parses "$reader" "$kept"; then no "$program cannot read the new content, and can read what is there"; fi
}
`;

/**
 * Arguments: path, owner, group, mode, expected digest | \`absent\` | \`any\`, folder for what was there, digest of the new content, folder
 * of the lease and who must hold it (left out: nobody need). New content on stdin.
 */
export const WRITE_FILE = `${COMMON}${VALIDATE}
path=$1 owner=$2 group=$3 mode=$4 want=$5 keep=$6 new=$7
enter
[ $# -lt 9 ] || fence "$8" "$9"
mkdir -p -- "$keep" && chmod 0700 -- "$keep" && [ ! -L "$keep" ] || no "$keep could not be made"
lock "\${keep%/*}/.lock"
kept="$keep/$name"
rm -f -- "$kept" "$kept.absent"
was=$(seen "../$name" "$kept")
refuse_odd "$was"
[ "$want" = any ] || [ "$was" = "$want" ] || no "$path has changed since you looked"
if [ "$was" = absent ]; then : > "$kept.absent" || no "$keep cannot be written"
elif [ "$(stat -c %h -- "../$name")" != 1 ]; then no "$path has several hard links"
else sync -- "$kept" || no "the copy could not be synced"; fi
sync -- "$keep" || no "the copy could not be synced"
cat > ./new || no "the new content could not be written"
[ -s ./new ] || no "the new content is empty"
[ "$(digest ./new)" = "$new" ] || no "the new content did not arrive whole"
[ "$was" = absent ] || same_access ./new "$kept"
chown -- "$owner:$group" ./new || no "owner $owner:$group could not be set"
chmod -- "$mode" ./new || no "mode $mode could not be set"
if [ "$was" != absent ]; then
  access=$(access "../$name")
  [ -n "$access" ] && [ "$(access ./new)" = "$access" ] || no "the access list or label of $path could not be kept"
fi
validate ./new
sync -- ./new || no "the new content could not be synced"
replace "$was" "has changed since you looked"
[ "$was" != absent ] || kept=
synced=$(sync -- .. 2>&1) || synced=failed
now=$(seen "../$name" ./seen)
clear_up
printf 'was %s\\nnow %s\\nkept %s\\n' "$was" "$now" "$kept"
[ "$synced" = '' ] || { echo "$path was replaced, but its folder could not be synced to the disk" >&2; exit 74; }
`;

/**
 * Arguments: path, digest that must be there now, digest of before, \`absent\` or \`unknown\`, path of what was kept, and the lease as
 * above. With \`unknown\` the write was begun and its answer never came: only the node can tell whether it happened.
 */
export const RESTORE_FILE = `${COMMON}
path=$1 after=$2 before=$3 keeps=$4
if [ "$before" = unknown ]; then
  if [ -f "$keeps" ]; then before=$(digest "$keeps")
  elif [ -f "$keeps.absent" ]; then before=absent
  else echo "nothing was written"; exit 0; fi
fi
enter
[ $# -lt 6 ] || fence "$5" "$6"
if [ -n "$keeps" ] && [ -d "\${keeps%/*/*}" ]; then lock "\${keeps%/*/*}/.lock"; fi
is=$(seen "../$name" ./seen)
if [ "$is" = "$before" ]; then clear_up; echo "already as it was"; exit 0; fi
[ "$is" = "$after" ] || no "$path has changed since; it is left as it is"
if [ "$before" = absent ]; then
  rm -f -- "../$name" || no "$path could not be removed"
else
  [ "$(digest "$keeps")" = "$before" ] || no "$keeps is not what was there before"
  cp -a -T -- "$keeps" ./new || no "$keeps could not be copied"
  [ "$(digest ./new)" = "$before" ] || no "$keeps could not be copied whole"
  sync -- ./new || no "the file could not be synced"
  replace "$after" "has changed since; it is left as it is"
fi
sync -- .. || { clear_up; echo "$path is as it was, but its folder could not be synced to the disk" >&2; exit 74; }
[ "$(seen "../$name" ./seen)" = "$before" ] || no "$path is not as it was"
clear_up
echo "as it was"
`;

/** Exit code of a program above that changed nothing. */
export const REFUSED = 70;

/** Where a node keeps what a fix replaced. Only root reads it. */
export const KEEP = '/var/lib/inkling/kept';
