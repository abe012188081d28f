# Puts the Java runtime from the archive on standard input in its place: runtime.sh FOLDER NAME SHA256 LENGTH
folder=$1 name=$2 want=$3 length=$4
say() { echo "$*" >&2; exit 1; }
mkdir -p -- "$folder" || exit 1
cd -- "$folder" || exit 1
if [ "$(cat "$name/archive.sha256" 2> /dev/null)" = "$want" ]; then
    echo '{"type":"result","ok":true,"already":true}'
    exit 0
fi
[ -z "$(find . -prune -perm -0002)" ] ||
    say "everybody may write to $folder, and so replace the runtime; choose another remote_murder_path or close it"
temporary=$(mktemp -d ".$name.XXXXXXXX") || exit 1
trap 'rm -rf -- "$temporary"' EXIT
trap 'exit 1' HUP INT TERM PIPE
echo '{"type":"send"}'
cat > "$temporary/archive" || say "cannot write to $folder"
[ $(wc -c < "$temporary/archive") = "$length" ] || say "the runtime did not arrive completely in $folder"
have=$({ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$temporary/archive" 2> /dev/null | cut -c 1-64)
[ -z "$have" ] || [ "$have" = "$want" ] || say "the runtime was damaged on its way in $folder"
mkdir "$temporary/new" && tar -xzf "$temporary/archive" -C "$temporary/new" || say "cannot unpack the runtime in $folder"
"$temporary/new/bin/java" -version > /dev/null 2>&1 < /dev/null ||
    say "the runtime does not run here; it is for the operating system and processor of the machine that made it"
echo "$want" > "$temporary/new/archive.sha256"
# Processes of the old one continue: their files are open.
[ ! -e "$name" ] || mv -- "$name" "$temporary/old" || exit 1
mv -- "$temporary/new" "$name" || exit 1
echo '{"type":"result","ok":true,"already":false}'
