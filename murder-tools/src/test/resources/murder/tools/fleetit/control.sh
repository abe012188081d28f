#!/bin/bash
# The control machine of a fleet of namespaces: control.sh FOLDER JAVA_HOME HOST... Runs as the first process of namespaces of its own, so
# that everything in them ends with it; and it ends when its standard input does. Says 'ready' when hosts can be started (host.sh).
set -eu
folder=$1 java=$2
shift 2

# What the hosts inherit: Java at one place whatever is covered below, and the same users and names everywhere.
mkdir -p "$folder/jdk" "$folder/etc"
mount --bind "$java" "$folder/jdk"
{ grep -v -e ^root: -e ^deploy: /etc/passwd; echo 'root:x:0:0:root:/root:/bin/sh'; echo 'deploy:x:7321:7321::/home/deploy:/bin/sh'; } \
    >"$folder/etc/passwd"
{ cat /etc/group; echo 'deploy:x:7321:'; } >"$folder/etc/group"
printf '%s:*:19000:0:99999:7:::\n' root deploy >"$folder/etc/shadow"
echo 127.0.0.1 localhost >"$folder/etc/hosts"
number=0
for host in "$@"; do
    number=$((number + 1))
    echo "10.99.0.$number $host" >>"$folder/etc/hosts"
done
for file in passwd group shadow hosts; do
    mount --bind "$folder/etc/$file" "/etc/$file"
done

# Namespaces get their names in a folder that nobody else sees.
mount -t tmpfs -o mode=755 run /run
mkdir /run/netns
ip link set lo up
ip link add switch type bridge
ip link set switch up
ip address add 10.99.0.250/24 dev switch
number=0
for host in "$@"; do
    number=$((number + 1))
    ip netns add "$host"
    ip link add "$host" type veth peer name eth0 netns "$host"
    ip link set "$host" master switch up
    ip -n "$host" link set lo up
    ip -n "$host" address add "10.99.0.$number/24" dev eth0
    ip -n "$host" link set eth0 up
    ip -n "$host" route add default via 10.99.0.250
done

# The keys: one to log in with, one for each host to be known by. Of a kind that Capistrano's ssh knows too.
mkdir -p "$folder/control/tmp" "$folder/control/srv" "$folder/control/root/.ssh"
chmod 1777 "$folder/control/tmp"
chmod 700 "$folder/control/root" "$folder/control/root/.ssh"
ssh-keygen -q -t ecdsa -m PEM -N '' -C control -f "$folder/control/root/.ssh/id_ecdsa"
for host in "$@"; do
    home="$folder/hosts/$host"
    mkdir -p "$home/ssh" "$home/srv" "$home/root" "$home/home/deploy" "$home/bin" "$home/tmp"
    chmod 1777 "$home/tmp"
    chown 7321:7321 "$home/home/deploy"
    ssh-keygen -q -t ecdsa -N '' -C "$host" -f "$home/ssh/ssh_host_ecdsa_key"
    echo "$host $(cut -d ' ' -f 1,2 "$home/ssh/ssh_host_ecdsa_key.pub")" >>"$folder/control/root/.ssh/known_hosts"
    cp "$folder/control/root/.ssh/id_ecdsa.pub" "$home/ssh/authorized_keys"
    cat >"$home/ssh/sshd_config" <<END
HostKey /etc/ssh/ssh_host_ecdsa_key
AuthorizedKeysFile /etc/ssh/authorized_keys
StrictModes no
AllowAgentForwarding no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PidFile none
MaxStartups 100
Subsystem sftp internal-sftp
END
    # Many of these start at once on few cores, and each lives for seconds.
    printf '#!/bin/sh\nexec "%s/jdk/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$@"\n' "$folder" >"$home/bin/java"
    chmod 755 "$home/bin/java"
done

mount --bind "$folder/control/root" /root
mount --bind "$folder/control/srv" /srv
mount --bind "$folder/control/tmp" /tmp
echo ready
exec cat >/dev/null
