# Shared by distribute.sh and agent.sh, which set folder, name, want and length: the test for the jar, and its transfer.
here=$PWD
say() { echo "$*" >&2; exit 1; }
# Sets 'sum' to the SHA-256 of a file, or to nothing. Each further process would cost every host of the fleet some milliseconds.
digest() {
    sum=$({ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$1" 2>/dev/null)
    sum=${sum%% *}
}
has_jar() { [ -f "$name" ] && digest "$name" && [ "$sum" = "$want" ]; }
enter_folder() {
    [ -d "$folder" ] || mkdir -p -- "$folder" || exit 1
    cd -- "$folder" || exit 1
}
# Refuses a folder without the jar that is hardly murder's own, or that others can write to.
check_folder() {
    [ $(find . -type f | head -n 1000 | wc -l) -lt 1000 ] ||
        say "$folder holds 1000 files or more and is hardly murder's own; check remote_murder_path"
    [ -z "$(find . -prune -perm -0002)" ] ||
        say "everybody may write to $folder, and so replace the jar; choose another remote_murder_path or close it"
}
# Takes the compressed jar from standard input. Hosts may share the folder, and containers have equal pids.
take_jar() {
    temporary=$(mktemp ".$name.XXXXXXXX" 2> /dev/null) || temporary=".$name.$(uname -n).$$.$(date +%s)"
    trap 'rm -f -- "$temporary" "$temporary.gz"' EXIT
    trap 'exit 1' HUP INT TERM PIPE
    head -c "$length" > "$temporary.gz" || say "cannot write to $folder"
    [ $(wc -c < "$temporary.gz") = "$length" ] || say "the jar did not arrive completely in $folder"
    gzip -dc < "$temporary.gz" > "$temporary" || say "cannot unpack the jar in $folder: no space, or no gzip"
    digest "$temporary"
    [ -z "$sum" ] || [ "$sum" = "$want" ] || say "the jar was damaged on its way in $folder"
    # Without its note the archive of the old jar's classes counts no more. The trap alone would not
    # remove the compressed jar, because agent.sh replaces it.
    rm -f -- "${name%.jar}.jsa.for" "$temporary.gz"
    chmod 644 "$temporary" && mv -f -- "$temporary" "$name" || exit 1
}
