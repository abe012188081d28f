# Prints the size of the files below a path, in bytes: size.sh PATH
if ! [ -e "$1" ]; then
    echo '{"type":"result","ok":false,"error":"is not there"}'
    exit 0
fi
kilobytes=$(du -sk -- "$1" | cut -f 1)
[ -n "$kilobytes" ] && echo "{\"type\":\"result\",\"ok\":true,\"bytes\":$((kilobytes * 1024))}"
