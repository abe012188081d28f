# Puts the jar, which comes on standard input, in its place: distribute.sh FOLDER NAME SHA256 LENGTH JAVA TARGET COMMAND...
folder=$1 name=$2 want=$3 length=$4 java=$5 target=$6
shift 6
here=$PWD
case $java in
/*) ;;
*/*) java=$here/$java ;;
esac
say() { echo "$*" >&2; exit 1; }
digest() {
    { sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$1" 2>/dev/null | cut -c 1-64
}
# The place of a release: if anything is there, the command says whether that is a fault.
look() {
    if [ -n "$target" ] && [ -n "$(cd -- "$here" && ls -A -- "$target" 2>/dev/null)" ]; then
        (cd -- "$here" && env "$@" < /dev/null) || say "cannot look at $target"
    fi
}
mkdir -p -- "$folder" || exit 1
cd -- "$folder" || exit 1
[ $(find . -type f | head -n 1000 | wc -l) -lt 1000 ] ||
    say "$folder holds 1000 files or more and is hardly murder's own; check remote_murder_path"
if [ -f "$name" ] && [ "$(digest "$name")" = "$want" ]; then
    look "$@"
    echo '{"type":"result","ok":true,"already":true}'
    exit 0
fi
[ -z "$(find . -prune -perm -0002)" ] ||
    say "everybody may write to $folder, and so replace the jar; choose another remote_murder_path or close it"
# Hosts may share the folder, and containers have equal pids.
temporary=$(mktemp ".$name.XXXXXXXX" 2> /dev/null) || temporary=".$name.$(uname -n).$$.$(date +%s)"
trap 'rm -f -- "$temporary"' EXIT
trap 'exit 1' HUP INT TERM PIPE
echo '{"type":"send"}'
cat > "$temporary" || say "cannot write to $folder"
[ $(wc -c < "$temporary") = "$length" ] || say "the jar did not arrive whole in $folder"
have=$(digest "$temporary")
[ -z "$have" ] || [ "$have" = "$want" ] || say "the jar did not arrive unharmed in $folder"
chmod 644 "$temporary" && mv -f -- "$temporary" "$name" || exit 1
# An archive of its classes, by which peers start sooner; only speed depends on it.
echo '{"type":"progress","progress":"preparing"}'
"$java" -jar "$name" prepare > /dev/null 2>&1 < /dev/null
look "$@"
echo '{"type":"result","ok":true,"already":false}'
