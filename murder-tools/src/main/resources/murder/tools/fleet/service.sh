# An agent that stays as a service of systemd (before agent.sh or unservice.sh).
# The folder for units of this user: empty without systemd, or without the rights.
unit_folder() {
    units=$(systemctl show --property=UnitPath --value 2> /dev/null | tr ' ' '\n' | grep '/systemd/system$' | head -n 1)
    [ -z "$units" ] || [ ! -d "$units" ] || [ ! -w "$units" ] || printf '%s\n' "$units"
}
# The name of a fleet's service. Names of units may have few characters.
service_of() {
    printf 'murder-agent-%s-%s' "$(printf '%s' "$1" | tr -c 'A-Za-z0-9.' _)" "$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)"
}
# A word in the form of systemd.
unit_word() {
    printf '"%s" ' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/%/%%/g; s/\$/$$/g')"
}
# Starts the service and ends this script; returns without systemd. COMMAND... starts the agent; its first word is 'env'.
murder_service() {
    units=$(unit_folder)
    [ -n "$units" ] || return 0
    fleet=
    for word in "$@"; do
        case $word in
            --fleet=*) fleet=${word#--fleet=} ;;
        esac
    done
    service=$(service_of "$fleet")
    case $folder in
        /*) ;;
        *) folder=$here/$folder ;;
    esac
    keys=$folder/$service.keys out=$folder/$service.out
    (umask 077 && printf '%s\n' "$membership" > "$keys.new") && mv -f -- "$keys.new" "$keys" || exit 1
    membership=
    # The state folder of a lingering user is the same as with ssh.
    runtime=
    [ ! -e "/var/lib/systemd/linger/$(id -un)" ] || runtime=XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR
    shift
    {
        echo '[Unit]'
        echo "Description=Murder agent of the fleet $(printf '%s' "$fleet" | sed 's/%/%%/g')"
        echo 'Wants=network-online.target'
        echo 'After=network-online.target'
        echo '[Service]'
        echo "User=$(id -un)"
        echo "Environment=$(unit_word "HOME=$HOME")$(unit_word "PATH=$PATH")$([ -z "$runtime" ] || unit_word "$runtime")"
        echo "WorkingDirectory=$(printf '%s' "$here" | sed 's/%/%%/g')"
        printf 'ExecStart=%s ' "$(command -v env)"
        for word in "$@"; do
            unit_word "$word"
        done
        unit_word "--keys=$keys"
        unit_word --replace
        echo
        echo 'StandardInput=null'
        echo "StandardOutput=file:$(printf '%s' "$out" | sed 's/%/%%/g')"
        echo 'Restart=on-failure'
        echo 'RestartSec=5'
        echo 'SuccessExitStatus=143'
        echo 'LimitNOFILE=65536'
        echo '[Install]'
        echo 'WantedBy=multi-user.target'
    } > "$units/$service.service" || exit 1
    rm -f -- "$out"
    systemctl daemon-reload && systemctl enable "$service.service" > /dev/null 2>&1 || say "systemctl cannot enable $service"
    systemctl restart "$service.service" || say "systemctl cannot start $service; 'systemctl status $service' tells why"
    tries=$((limit * 5))
    while [ $tries -gt 0 ]; do
        line=$(grep -s '"type":"result"' "$out" | tail -n 1)
        if [ -n "$line" ]; then
            printf '%s\n' "$line"
            case $line in
                *'"ok":true'*) exit 0 ;;
            esac
            exit 1
        fi
        sleep 0.2
        tries=$((tries - 1))
    done
    say "the agent was silent for $limit s; 'systemctl status $service' tells more"
}
