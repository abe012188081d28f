# Checks a host, by COMMAND if the jar is there, else by sh: check.sh JAR SHA JAVA TEMP DEST BYTES TRACKER PORT SEEDERS PEERPORT COMMAND
jar=$1 want=$2 java=$3 temp=$4 dest=$5 bytes=$6 tracker=$7 port=$8 seeders=$9
shift 9
peer_port=$1
shift
digest() {
    { sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$1" 2>/dev/null | cut -c 1-64
}
if [ -f "$jar" ] && [ "$(digest "$jar")" = "$want" ]; then
    exec env "$@"
fi
failed=0
text() {
    printf '%s' "$1" | tr '\n' ' ' | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g'
}
say() {
    detail=$(text "$3")
    printf '{"type":"check","check":"%s","ok":%s,"detail":"%s"}\n' "$1" "$2" "$detail"
    [ "$2" = true ] || failed=$((failed + 1))
}
room() {
    existing=$2
    while [ ! -e "$existing" ]; do
        existing=$(dirname -- "$existing")
    done
    kilobytes=$(df -Pk -- "$existing" 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ ! -d "$existing" ]; then
        say "$1" false "$existing is no directory"
    elif [ ! -w "$existing" ] || [ ! -x "$existing" ]; then
        say "$1" false "$existing: permission denied"
    elif [ -n "$kilobytes" ] && [ "$kilobytes" -lt $((bytes / 1024 + 1024)) ]; then
        say "$1" false "$2: $kilobytes KiB free, $((bytes / 1024)) KiB are needed"
    else
        say "$1" true "$2: ${kilobytes:-?} KiB free"
    fi
}
said=$("$java" -version 2>&1)
version=$(printf '%s\n' "$said" | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ -z "$version" ]; then
    say java false "java does not run there ($said); install it, or set java = /path/to/java in the configuration"
elif [ "$version" -lt 17 ]; then
    say java false "java is too old there, murder needs 17 or later; set java = /path/to/java in the configuration"
else
    say java true "$version"
fi
if said=$(tar --version 2>&1); then
    say tar true "is there"
else
    say tar false "$said"
fi
room temp "$temp"
[ -z "$dest" ] || room dest "$dest"
# Whether a port is reachable. A firewall is usually silent; a host without a listener refuses. Other answers have no meaning.
answers() {
    said=$(LC_ALL=C timeout 3 bash -c ': < "/dev/tcp/$0/$1"' "$2" "$3" 2>&1)
    case $?:$said in
        124:*) say "$1" false "cannot reach $2:$3: no answer within 3 s$4" ;;
        *"No route to host"* | *"etwork is unreachable"*) say "$1" false "cannot reach $2:$3: no route$4" ;;
        0:* | *refused*) say "$1" true "$2:$3 is reachable" ;;
    esac
}
if command -v getent > /dev/null && ! getent ahosts "$tracker" > /dev/null; then
    say tracker false "the name $tracker is not known here; set tracker_host to an address that all hosts reach"
else
    answers tracker "$tracker" "$port"
fi
for seeder in $seeders; do
    answers peers "$seeder" "$peer_port" "; set peer_port and open that port between all hosts"
done
# A name that resolves to loopback here resolves to another address elsewhere.
loopback() {
    case $1 in
        127.*.*.* | ::1 | localhost) ;;
        *) getent ahosts "$1" 2>/dev/null | awk '$1 ~ /^127\./ || $1 == "::1" { print $1 } { exit }' ;;
    esac
}
warning=
own=$(loopback "$(uname -n)")
[ -z "$own" ] || warning="the host's own name means $own on it (see /etc/hosts there); nothing to do: murder announces \
the address that leads to the tracker"
names=$(loopback "$tracker")
[ -z "$names" ] || warning="$warning${warning:+; }the tracker's name $tracker means $names there; unless the tracker runs on that very \
host, set tracker_host to an address that all hosts reach"
if [ "$failed" = 0 ]; then
    echo "{\"type\":\"result\",\"result\":\"checked\",\"ok\":true,\"already\":false,\"failed\":0,\"warning\":\"$(text "$warning")\"}"
else
    echo "{\"type\":\"result\",\"result\":\"checked\",\"ok\":false,\"already\":false,\"failed\":$failed,\"error\":\"see the checks\"}"
    exit 1
fi
