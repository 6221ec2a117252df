/**
 * Programs that keep a lease on a node: who changes the site now. It lives in /run, so a reboot ends it, and counts as left behind when
 * its owner has not renewed it for its whole time. Only the node's own clock is read. Constants: what varies comes as arguments.
 */

/** Only root writes there. */
export const LEASE = '/run/inkling';

/** One at a time on a node: the lock ends with the program, however that ends. */
export const GUARD: readonly [string, ...string[]] = ['flock', '-w', '5', '/run/inkling.guard', '/bin/sh', '-c'];

/** One change of files at a time on a node. Whoever uses these says no by a `no` of its own. */
export const LOCK = `lock() { exec 9>> "$1" && flock -w 10 9 || no "another change of files is under way on this node"; }
`;

export const FENCE = `# Whoever paused for longer than its lease may find the site in other hands. Nobody can take the lease from here to our end.
fence() {
  exec 8>> "$1.guard" && flock -w 10 8 || no "the lease of this node could not be looked at"
  [ "$(head -n 1 2>/dev/null < "$1/holder")" = "$2" ] || no "the lease of this fix has run out, or somebody else has it now"
}
`;

/**
 * Stands before a command that only the holder may run. While it runs nobody can take the lease, however long ago it was renewed: whoever
 * asked may be gone, and the command is not. The holder has a folder of its name, which is gone with its lease: without it `flock` does not
 * begin. No shell, so that sudoers can name the command.
 */
export const fenced = (id: string): readonly [string, ...string[]] => [
  'flock',
  ...['-s', '-n', '-o', `${LEASE}/of-${id}/.`],
];

/** What `flock` says of a lease that is gone. */
export const FENCED_OUT = /^flock: cannot open lock file/;

/** Arguments: folder, id, holder as one line, seconds after which a lease is left behind, id of a lease that is known to be. */
export const TAKE = `set -u
umask 077
folder=$1 id=$2 holder=$3 time=$4 left=$5
mkdir -p -- "$folder" || exit 1
if [ -f "$folder/holder" ]; then
  is=$(head -n 1 "$folder/holder")
  age=$(($(date +%s) - $(stat -c %Y -- "$folder/holder")))
  if [ "$is" != "$id" ] && [ "$is" != "$left" ] && [ "$age" -ge 0 ] && [ "$age" -lt "$time" ]; then
    echo busy
    cat -- "$folder/holder"
    exit 0
  fi
fi
# What another holder has begun must have ended; after that it begins nothing any more.
for of in "$folder"/of-*; do
  [ ! -d "$of" ] || [ "$of" = "$folder/of-$id" ] || flock -n "$of/." rmdir -- "$of" || { echo running; exit 0; }
done
mkdir -p -- "$folder/of-$id" || exit 1
printf '%s\\n%s\\n' "$id" "$holder" > "$folder/.holder" || exit 1
mv -T -- "$folder/.holder" "$folder/holder" || exit 1
echo held
`;

/** Arguments: folder, id. */
export const RENEW = `set -u
[ -f "$1/holder" ] && [ "$(head -n 1 "$1/holder")" = "$2" ] || { echo lost; [ -f "$1/holder" ] && sed 1d "$1/holder"; exit 0; }
touch -- "$1/holder" && echo held
`;

/** Arguments: folder, id. */
export const RELEASE = `set -u
if [ -f "$1/holder" ] && [ "$(head -n 1 "$1/holder")" = "$2" ]; then rm -f -- "$1/holder"; fi
[ ! -d "$1/of-$2" ] || flock -n "$1/of-$2/." rmdir -- "$1/of-$2" || :
echo free
`;
