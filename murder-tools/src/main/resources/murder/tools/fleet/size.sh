# Prints the size of the files below a path, in bytes: size.sh PATH
kilobytes=$(du -sk -- "$1" | cut -f 1)
[ -n "$kilobytes" ] && echo "{\"type\":\"result\",\"ok\":true,\"bytes\":$((kilobytes * 1024))}"
