# Starts an agent that outlives this ssh (after jar.sh): FOLDER NAME SHA256 LENGTH LIMIT JOINED JAVA OPTIONS VARIABLE=VALUE... -- WORD...
# LIMIT seconds may pass until its first report. If JOINED is not empty, the agent goes on with this
# ssh as its input and output. OPTIONS are those of the JVM, with spaces between them. The agent gets
# the variables, and the WORDs behind the class path.
folder=$1 name=$2 want=$3 length=$4 limit=$5 joined=$6 java=$7 options=$8
shift 8
enter_folder
jar=$(pwd -P)/$name
archive=${jar%.jar}.jsa
already=true
has_jar || already=false
[ $already = true ] || check_folder
# The secret comes before the jar, in lines, because 'read' takes no byte after them. No argument and no variable of a child contains it.
echo "{\"type\":\"send\",\"already\":$already}"
newline='
'
membership=
while IFS= read -r line; do
    membership=${membership:+$membership$newline}$line
    [ "$line" != end ] || break
done
[ $already = true ] || take_jar
# Whether the archive of classes is one of this jar, and nobody else can have written it. The JVM
# itself sees whether it is one of this Java.
has_archive() {
    [ -f "$archive" ] && [ -f "$archive.for" ] || return 1
    { read -r of_java && read -r of_jar && read -r of_length rest; } < "$archive.for" || return 1
    case $of_jar in
        "$jar "*) ;;
        *) return 1 ;;
    esac
    wrong=$(find "$archive" "$archive.for" \( ! -type f -o -perm -0020 -o -perm -0002 -o ! -user "$(id -u)" ! -user 0 \) -o \
        \( -name '*.jsa' ! -size "${of_length}c" \)) && [ -z "$wrong" ]
}
has_archive || archive=
# See AgentStart.processorOptions.
[ "$(uname -m)" != x86_64 ] || options="$options -XX:StackShadowPages=10"
# The options have a star, which is for the JVM.
set -f
for word do
    shift
    if [ "$word" = -- ]; then
        set -- "$@" "$java" ${archive:+"-XX:SharedArchiveFile=$archive"} $options -cp "$jar"
    else
        set -- "$@" "$word"
    fi
done
work=$(mktemp -d "${TMPDIR:-/tmp}/murder-start.XXXXXXXX") || say "cannot make a folder in ${TMPDIR:-/tmp}"
timer=
trap '[ -z "$timer" ] || kill "$timer"; rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE
mkfifo "$work/in" "$work/out" || exit 1
cd -- "$here" || exit 1
start() {
    if command -v setsid > /dev/null; then
        exec setsid env "$@" 3<&-
    fi
    exec nohup env "$@" 3<&-
}
# Prints the output of the agent until its first result.
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
# What the agent reads.
feed() {
    cat << EOF
$membership
EOF
    [ -z "$joined" ] || exec cat <&3
}
# Of an agent that stays: see service.sh.
! command -v murder_service > /dev/null || murder_service env "$@"
exec 3<&0
feed > "$work/in" 2> /dev/null &
feeder=$!
start "$@" < "$work/in" > "$work/out" 2>&1 &
agent=$!
membership=
(
    nap= ended=
    trap 'ended=1; [ -z "$nap" ] || kill -KILL "$nap"' TERM
    : > "$work/armed"
    sleep "$limit" &
    nap=$!
    # The signal may have come before the pid was known. A process that has just forked can lose any but KILL.
    [ -z "$ended" ] || kill -KILL "$nap"
    wait "$nap"
    [ -n "$ended" ] || kill "$agent"
) > /dev/null 2>&1 < /dev/null 3<&- &
timer=$!
# Ends the timer. Before its trap is set a signal can get lost, and it would sleep to its end.
disarm() {
    tries=0
    until [ -e "$work/armed" ] || [ $((tries += 1)) -gt 100 ]; do
        sleep 0.01 2> /dev/null || sleep 1
    done
    kill "$timer" 2> /dev/null
    timer=
}
exec 4< "$work/out"
if follow <&4; then
    disarm
    [ -n "$joined" ] || exit 0
    rm -rf -- "$work"
    exec cat <&4 3<&-
fi
disarm
# It may wait for a reader that will not come. A process that has just forked can lose any other signal.
kill -KILL "$feeder" 2> /dev/null
wait "$feeder" 2> /dev/null
wait "$agent"
status=$?
[ $status -le 128 ] || say "the agent was silent for $limit s and was killed"
exit $status
