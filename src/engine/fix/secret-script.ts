import { FENCE, LOCK } from './lease-script.ts';

/**
 * Programs that run on a compute to change the value of one libvirt secret as root. Values come and go on stdin and through the shell's
 * own variables: no argument, no environment and no screen shows one. What was there, in memory and on libvirt's disk, is kept where only
 * root reads.
 *
 * Exit codes as those of the programs that change files.
 */
const COMMON = `set -u
umask 077
kept=
no() { [ -z "$kept" ] || rm -f -- "$kept" "$kept.absent" "$kept.hidden" "$kept.file" "$kept.nofile"; echo "refused: $1" >&2; exit 70; }
${LOCK}${FENCE}
ask() { virsh -q -c qemu:///system "$@"; }
digest() { if [ -z "$1" ]; then echo absent; else set -- "$(printf '%s' "$1" | sha256sum)"; printf '%s' "\${1%% *}"; fi; }
plain() { tr -d ' \\t\\r\\n'; }
# $is: the value as base64, empty where there is none; $hidden: libvirt has one and gives it to nobody.
present() {
  hidden=
  if is=$(ask secret-get-value "$uuid" 2>/dev/null); then is=$(printf '%s' "$is" | plain); return 0; fi
  is=
  case $(ask secret-get-value "$uuid" 2>&1) in
    *'does not have a value'*) return 0 ;;
    *'secret is private'*) if [ -f "$stored" ]; then is=$(plain < "$stored"); else hidden=yes; fi ;;
    *) return 1 ;;
  esac
}
uuid=$1 stored=/etc/libvirt/secrets/$1.base64
set_value() { printf '%s' "$1" | ask secret-set-value --secret "$uuid" --file /dev/stdin >/dev/null; }
`;

/** Arguments: UUID, folder for what was there, digest of the new value, and the lease as for files. New value as base64 on stdin. */
export const SET_SECRET = `${COMMON}keep=$2 new=$3
[ $# -lt 5 ] || fence "$4" "$5"
mkdir -p -- "$keep" && chmod 0700 -- "$keep" && [ ! -L "$keep" ] || no "$keep could not be made"
lock "\${keep%/*}/.lock"
value=$(plain)
[ -n "$value" ] && [ "$(digest "$value")" = "$new" ] || no "the new value did not arrive whole"
present || no "libvirt does not tell what secret $uuid holds"
was=$is
kept=$keep/secret-$uuid
rm -f -- "$kept" "$kept.absent" "$kept.hidden" "$kept.file" "$kept.nofile"
if [ -f "$stored" ]; then cp -a -T -- "$stored" "$kept.file" && sync -- "$kept.file"; else : > "$kept.nofile"; fi || no "$keep cannot be written"
if [ -n "$hidden" ]; then : > "$kept.hidden"
elif [ -z "$was" ]; then : > "$kept.absent"
else printf '%s' "$was" > "$kept" && sync -- "$kept"; fi || no "$keep cannot be written"
sync -- "$keep" || no "the copy could not be synced"
set_value "$value" || exit 1
present || exit 1
[ -z "$hidden" ] || is=$value
printf 'was %s\\nnow %s\\nkept %s\\n' "$(digest "$was")" "$(digest "$is")" "$kept"
`;

/**
 * Arguments: UUID, digest that must be there now, digest of before, \`absent\` or \`unknown\`, path of what was kept, and the lease. A secret
 * can lose its value only by being defined anew: it is, from its own definition.
 */
export const RESTORE_SECRET = `${COMMON}after=$2 before=$3 keeps=$4
if [ -f "$keeps.hidden" ]; then echo "the value before was private: libvirt gives it to nobody, so it could not be kept" >&2; exit 70; fi
if [ -f "$keeps" ]; then value=$(plain < "$keeps")
elif [ -f "$keeps.absent" ]; then value=
else
  [ "$before" != unknown ] || { echo "nothing was set"; exit 0; }
  no "$keeps is not there any more"
fi
[ $# -lt 6 ] || fence "$5" "$6"
lock "\${keeps%/*/*}/.lock"
before=$(digest "$value")
present || no "libvirt does not tell what secret $uuid holds"
now=$(digest "$is")
if [ "$now" != "$before" ]; then
  [ "$now" = "$after" ] || no "secret $uuid has got another value since; it is left as it is"
  if [ -n "$value" ]; then set_value "$value" || exit 1
  else
    ask secret-dumpxml "$uuid" > "$keeps.xml" || no "the definition of secret $uuid could not be read"
    ask secret-undefine "$uuid" >/dev/null || exit 1
    ask secret-define --file "$keeps.xml" >/dev/null || { echo "secret $uuid could not be defined again; its definition is in $keeps.xml" >&2; exit 1; }
  fi
  present || exit 1
  [ "$(digest "$is")" = "$before" ] || exit 1
fi
# libvirt reads its files only when it starts: they may well have held something else.
if [ -f "$keeps.file" ]; then [ "$(sha256sum < "$keeps.file")" = "$(sha256sum < "$stored")" ] || { cp -a -T -- "$keeps.file" "$stored.inkling" && mv -T -- "$stored.inkling" "$stored"; } || exit 1
elif [ -f "$keeps.nofile" ]; then rm -f -- "$stored" || exit 1; fi
[ "$now" = "$before" ] && echo "already as it was" || echo "as it was"
`;

/** Arguments: UUID, path of what was kept. Digests of what is there and of what was, each \`absent\` where there is none. */
export const READ_SECRET = `${COMMON}keeps=$2
[ ! -d "\${keeps%/*/*}" ] || lock "\${keeps%/*/*}/.lock"
present || exit 1
digest "$is"; echo
if [ -f "$keeps" ]; then digest "$(plain < "$keeps")"; echo; elif [ -f "$keeps.absent" ]; then echo absent; else echo nothing; fi
`;
