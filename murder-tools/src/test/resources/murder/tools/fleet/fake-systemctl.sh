#!/bin/sh
# Plays systemctl for one user: units lie in the folder of the host. 'boot' starts what is enabled, as a machine does that is switched on.
units=$HOME/etc/systemd/system
echo "$*" >> "$HOME/systemctl-log"
start() {
    line=$(sed -n 's/^ExecStart=//p' "$1" | sed 's/%%/%/g')
    out=$(sed -n 's/^StandardOutput=file://p' "$1" | sed 's/%%/%/g')
    cd -- "$(sed -n 's/^WorkingDirectory=//p' "$1")" || exit 1
    eval "exec setsid $line" > "$out" 2>&1 < /dev/null &
    echo $! > "$1.pid"
}
end() {
    [ ! -e "$1.pid" ] || kill "$(cat "$1.pid")" 2> /dev/null
    rm -f "$1.pid"
}
case $1 in
    show) echo "/etc/systemd/system.control $units /usr/lib/systemd/system" ;;
    enable) : > "$units/$2.enabled" ;;
    restart) end "$units/$2"; start "$units/$2" ;;
    disable) end "$units/$3"; rm -f "$units/$3.enabled" ;;
    boot)
        for enabled in "$units"/*.enabled; do
            start "${enabled%.enabled}"
        done ;;
esac
