#!/bin/sh
# Plays murder on a fake host: java -jar JAR COMMAND ..., or java OPTIONS -cp JAR CLASS COMMAND ...; answers as the real one does and
# writes down what it was asked for.
if [ "$1" = -version ]; then
    echo "openjdk version \"$(cat "$HOME/java-version" 2>/dev/null || echo 17.0.1)\" 2022" >&2
    exit 0
fi
class=
while [ $# -gt 0 ]; do
    case $1 in
        -jar) shift 2; break ;;
        -cp) class=$3; shift 3; break ;;
        *) shift ;;
    esac
done
if [ "$class" = murder.tools.agent.Attach ]; then
    exec "$FAKE_JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "$FAKE_CLASSES" \
        murder.tools.fleet.FakeAgents "$FAKE_FLEET" "$@"
fi
for word in "$@"; do
    printf '%s|' "$word"
done >> "$HOME/log"
echo >> "$HOME/log"
command="$1 $2"
if [ "$1" = host ] && [ -e "$HOME/fail-$2" ]; then
    echo "murder $1: $(cat "$HOME/fail-$2")" >&2
    exit 1
fi
if [ "$1" = host ] && [ -e "$HOME/hang-$2" ]; then
    echo '{"type":"progress","progress":"downloading","percent":12.5,"bytes_per_second":1048576,"peers":3}'
    read -r nothing < "$HOME/hang-$2"
fi
if [ "$1 $2" = "agent --releases" ]; then
    cat "$HOME/releases-held" 2>/dev/null
    echo '{"type":"result","result":"listed","ok":true}'
    exit 0
fi
if [ "$1" = agent ]; then
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [ "$line" != end ] || break
    done > "$HOME/membership"
    if [ -e "$HOME/fail-agent" ]; then
        echo "{\"type\":\"result\",\"result\":\"failed\",\"ok\":false,\"error\":\"$(cat "$HOME/fail-agent")\"}"
        exit 1
    fi
    : > "$HOME/agent"
    echo "{\"type\":\"result\",\"result\":\"joined\",\"ok\":true,\"pid\":$$,\"port\":7}"
    for word in "$@"; do
        [ "$word" != --attached ] || exec "$FAKE_JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "$FAKE_CLASSES" \
            murder.tools.fleet.FakeAgents "$FAKE_FLEET"
    done
    exit 0
fi
case $command in
    "host peer")
        bytes=$(cat | wc -c)
        echo '{"type":"progress","progress":"downloading","percent":50.0,"bytes_per_second":1048576,"peers":3}'
        echo "{\"type\":\"result\",\"result\":\"complete\",\"ok\":true,\"bytes\":$((bytes)),\"peers\":3}" ;;
    "stop "*)
        [ ! -e "$HOME/fail-stop" ] || { echo "murder stop: $(cat "$HOME/fail-stop")" >&2; exit 1; } ;;
    "host pack") echo "{\"type\":\"result\",\"result\":\"packed\",\"ok\":true,\"info_hash\":\"$(cat "$HOME/info-hash" 2>/dev/null)\"}" ;;
    "host clean") echo '{"type":"result","result":"cleaned","ok":true,"removed":2,"running":0}' ;;
    "host torrent")
        printf '{"type":"data","base64":"%s"}\n' "$(base64 -w 0 "$HOME/torrent")"
        echo '{"type":"result","result":"printed","ok":true}' ;;
    "host start-tracker" | "host start-seeding")
        started=true
        [ ! -e "$HOME/already-$2" ] || started=false
        echo "{\"type\":\"result\",\"result\":\"running\",\"ok\":true,\"started\":$started}" ;;
    "host check")
        if [ -e "$HOME/bad-check" ]; then
            echo '{"type":"check","check":"java","ok":true,"detail":"17"}'
            echo '{"type":"check","check":"temp","ok":false,"detail":"1 MiB free, 5 MiB needed"}'
            echo '{"type":"check","check":"clock","ok":false,"detail":"an hour behind"}'
            echo '{"type":"result","result":"checked","ok":false,"failed":2,"error":"1 MiB free, 5 MiB needed"}'
            exit 1
        fi
        echo '{"type":"check","check":"java","ok":true,"detail":"17 \u001b[2J"}'
        warning=$(cat "$HOME/warn-check" 2>/dev/null)
        printf '{"type":"result","result":"checked","ok":true,"failed":0%s}\n' "${warning:+,\"warning\":\"$warning\"}" ;;
    "status --json")
        cat "$HOME/status" 2>/dev/null
        echo '{"type":"result","result":"listed","ok":true,"processes":1}' ;;
esac
exit 0
