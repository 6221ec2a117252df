/**
 * Programs that run on a node to change one file as root. Constants: what varies comes as arguments, contents on stdin.
 * They refuse links, odd files and files that changed since they were looked at; keep what was there; and replace by renaming
 * inside the folder, so that the file is the old one or the new one at every moment.
 */
const COMMON = `set -u
umask 077
no() { echo "refused: $1" >&2; [ -n "\${tmp:-}" ] && rm -f -- "$tmp"; exit 70; }
digest() { sha256sum < "$1" | cut -d' ' -f1; }
present() { if [ -L "$1" ]; then echo link; elif [ -f "$1" ]; then digest "$1"; elif [ -e "$1" ]; then echo odd; else echo absent; fi; }
`;

/**
 * Arguments: path, owner, group, mode, expected digest | \`absent\` | \`any\`, folder for what was there, digest of the new content.
 * New content on stdin.
 */
export const WRITE_FILE = `${COMMON}
path=$1 owner=$2 group=$3 mode=$4 want=$5 keep=$6 new=$7
folder=$(dirname -- "$path")
[ -d "$folder" ] || no "the folder $folder does not exist"
was=$(present "$path")
[ "$was" != link ] || no "$path is a link"
[ "$was" != odd ] || no "$path is not a regular file"
[ "$want" = any ] || [ "$was" = "$want" ] || no "$path has changed since you looked"
if [ "$was" != absent ] && [ "$(stat -c %h -- "$path")" != 1 ]; then no "$path has several hard links"; fi
tmp=$(mktemp -- "$folder/.inkling-XXXXXXXX") || no "no temporary file in $folder"
# Access lists and labels come along where cp knows how; owner and mode are set below.
if [ "$was" != absent ]; then cp --attributes-only --preserve=all -- "$path" "$tmp" 2>/dev/null || :; fi
cat > "$tmp" || no "the new content could not be written"
[ -s "$tmp" ] || no "the new content is empty"
[ "$(digest "$tmp")" = "$new" ] || no "the new content did not arrive whole"
chown -- "$owner:$group" "$tmp" || no "owner $owner:$group could not be set"
chmod -- "$mode" "$tmp" || no "mode $mode could not be set"
sync -- "$tmp" || no "the new content could not be synced"
mkdir -p -- "$keep" || no "$keep could not be made"
chmod 0700 -- "$keep"
kept="$keep/$(basename -- "$path")"
rm -f -- "$kept" "$kept.absent"
if [ "$was" = absent ]; then
  : > "$kept.absent" || no "$keep cannot be written"
  kept=
else
  cp -p -- "$path" "$kept" || no "what was there could not be kept in $keep"
  sync -- "$kept" || no "the copy could not be synced"
fi
[ "$(present "$path")" = "$was" ] || no "$path has changed since you looked"
mv -T -- "$tmp" "$path" || no "the file could not be renamed into place"
sync -- "$folder"
printf 'was %s\\nnow %s\\nkept %s\\n' "$was" "$(digest "$path")" "$kept"
`;

/**
 * Arguments: path, digest that must be there now, digest of before, \`absent\` or \`unknown\`, path of what was kept. With \`unknown\` the
 * write was begun and its answer never came: only the node can tell whether it happened.
 */
export const RESTORE_FILE = `${COMMON}
path=$1 after=$2 before=$3 kept=$4
folder=$(dirname -- "$path")
is=$(present "$path")
if [ "$before" = unknown ]; then
  if [ -f "$kept" ]; then before=$(digest "$kept")
  elif [ -f "$kept.absent" ]; then before=absent
  else echo "nothing was written"; exit 0; fi
fi
if [ "$is" = "$before" ]; then echo "already as it was"; exit 0; fi
[ "$is" = "$after" ] || no "$path has changed since; it is left as it is"
if [ "$before" = absent ]; then
  rm -f -- "$path" || no "$path could not be removed"
else
  [ "$(digest "$kept")" = "$before" ] || no "$kept is not what was there before"
  tmp=$(mktemp -- "$folder/.inkling-XXXXXXXX") || no "no temporary file in $folder"
  cp -p -- "$kept" "$tmp" || no "$kept could not be copied"
  sync -- "$tmp"
  [ "$(present "$path")" = "$after" ] || no "$path has changed since; it is left as it is"
  mv -T -- "$tmp" "$path" || no "the file could not be renamed into place"
fi
sync -- "$folder"
[ "$(present "$path")" = "$before" ] || no "$path is not as it was"
echo "as it was"
`;

/** Where a node keeps what a fix replaced. Only root reads it. */
export const KEEP = '/var/lib/inkling/kept';
