# Ends the agents of a fleet and removes their service (after service.sh): unservice.sh FOLDER FLEET COMMAND...
folder=$1 fleet=$2
shift 2
service=$(service_of "$fleet")
units=$(unit_folder)
if [ -n "$units" ] && [ -e "$units/$service.service" ]; then
    systemctl disable --now "$service.service" > /dev/null 2>&1 || { echo "systemctl cannot stop $service" >&2; exit 1; }
    rm -f -- "$units/$service.service"
    systemctl daemon-reload
fi
rm -f -- "$folder/$service.keys" "$folder/$service.out"
exec "$@"
