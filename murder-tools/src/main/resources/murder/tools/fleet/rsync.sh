# Runs rsync on the deploying machine, and reports from time to time that it works: rsync.sh SSH COMMAND...
# COMMAND runs SSH, a line for the shell, which it finds in a variable.
MURDER_SSH=$1
export MURDER_SSH
shift
said=$(mktemp) || exit 1
rsync= ticks=
trap '[ -z "$rsync$ticks" ] || kill $rsync $ticks 2> /dev/null; rm -f -- "$said"' EXIT
trap 'exit 143' HUP INT TERM
say() { echo '{"type":"progress","progress":"uploading"}'; }
say
LC_ALL=C "$@" > /dev/null 2> "$said" < /dev/null &
rsync=$!
(
    while sleep 5 > /dev/null 2>&1 && kill -0 "$rsync" 2> /dev/null; do
        say
    done
) &
ticks=$!
wait "$rsync"
status=$?
rsync=
if [ $status = 0 ]; then
    echo '{"type":"result","result":"uploaded","ok":true}'
    exit 0
fi
# The first line has the reason, the last one only the failure.
grep -v '^rsync error' "$said" | head -n 1
exit $status
