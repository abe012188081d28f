# Starts an agent that outlives this ssh (after jar.sh): agent.sh FOLDER NAME SHA256 LENGTH LIMIT ATTACH COMMAND...
# LIMIT seconds may pass until its first report. ATTACH is a line for the shell that joins this ssh with the agent, or empty.
folder=$1 name=$2 want=$3 length=$4 limit=$5 attach=$6
shift 6
enter_folder
already=true
has_jar || already=false
[ $already = true ] || check_folder
# The secret comes before the jar, in lines, because 'read' takes no byte after them. No argument and no variable of a child contains it.
echo "{\"type\":\"send\",\"already\":$already}"
membership=
while IFS= read -r line; do
    membership="$membership$line
"
    [ "$line" != end ] || break
done
[ $already = true ] || take_jar
work=$(mktemp -d "${TMPDIR:-/tmp}/murder-start.XXXXXXXX") || say "cannot make a folder in ${TMPDIR:-/tmp}"
timer=
trap '[ -z "$timer" ] || kill "$timer"; rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE
mkfifo "$work/out" || exit 1
cd -- "$here" || exit 1
start() {
    if command -v setsid > /dev/null; then
        exec setsid "$@"
    fi
    exec nohup "$@"
}
# Prints the output of the agent until its first result. Later it has none.
follow() {
    result=
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case $line in
            *'"type":"result"'*'"ok":true'*) result=1; break ;;
            *'"type":"result"'*) break ;;
        esac
    done
    [ -n "$result" ]
}
launch() {
    start "$@" > "$work/out" 2>&1 << EOF
$membership
EOF
}
# Of an agent that stays: see service.sh.
! command -v murder_service > /dev/null || murder_service "$@"
launch "$@" &
agent=$!
membership=
(
    nap= ended=
    trap 'ended=1; [ -z "$nap" ] || kill "$nap"' TERM
    sleep "$limit" &
    nap=$!
    # The signal may have come before the pid was known.
    [ -z "$ended" ] || kill "$nap"
    wait "$nap"
    [ -n "$ended" ] || kill "$agent"
) > /dev/null 2>&1 < /dev/null &
timer=$!
if follow < "$work/out"; then
    kill "$timer"
    timer=
    [ -n "$attach" ] || exit 0
    rm -rf -- "$work"
    eval "exec $attach"
fi
kill "$timer" 2> /dev/null
timer=
wait "$agent"
status=$?
[ $status -le 128 ] || say "the agent was silent for $limit s and was killed"
exit $status
