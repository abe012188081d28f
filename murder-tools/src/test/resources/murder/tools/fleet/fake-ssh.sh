#!/bin/sh
# Plays ssh: runs the command here, in the host's own folder. FAKE_FLEET/HOST/ holds the host's files; what the command names below
# FAKE_FLEET/control/ means the same place there. A file 'refuse' makes the host one that cannot be reached; a file 'banner' is what its
# shell prints first, 'rc' is what it runs first. 'lose-logins' has a line for each login that is to get lost.
# FAKE_FLEET/logins gets a line for each login.
while getopts o:p:l:i: option; do
    [ "$option" != '?' ] || exit 255
done
shift $((OPTIND - 1))
host=$FAKE_FLEET/$1
[ -d "$host" ] || { echo "ssh: Could not resolve hostname $1: Name or service not known" >&2; exit 255; }
echo "$1" >> "$FAKE_FLEET/logins"
[ ! -e "$host/refuse" ] || { echo "ssh: connect to host $1 port 22: Connection refused" >&2; exit 255; }
if [ -s "$host/lose-logins" ]; then
    sed -i 1d "$host/lose-logins"
    echo "kex_exchange_identification: Connection closed by remote host" >&2
    exit 255
fi
name=$1
shift
line=$(printf '%s\n' "$*" | sed "s|$FAKE_FLEET/control/|$host/|g")
export HOME="$host" MURDER_STATE="$host/state" FAKE_HOST="$name"
[ ! -d "$host/bin" ] || export PATH="$host/bin:$PATH"
[ ! -e "$host/no-java" ] || line=$(printf '%s\n' "$line" | sed 's|exec java|exec no-java|; s| java /| no-java /|g')
cd "$host" || exit 255
[ ! -e "$host/banner" ] || cat "$host/banner"
[ ! -e "$host/rc" ] || . "$host/rc"
exec sh -c "$line"
