#!/bin/bash
# One host of the fleet: host.sh FOLDER NAME. Runs as the first process of namespaces of its own, gives itself the folders that are its own,
# and becomes sshd. What is wrong with the host is said by files in its folder: 'no-java'; 'small-PART' with a path and the size of the
# file system there; 'read-only' with a path.
set -eu
folder=$1 name=$2
home="$folder/hosts/$name"
hostname "$name"
for path in srv root home tmp; do
    mount --bind "$home/$path" "/$path"
done
mount --bind "$home/ssh" /etc/ssh
mount --bind "$home/bin" /usr/local/bin
mount -t tmpfs -o mode=755 run /run
mkdir /run/sshd
for small in "$home"/small-*; do
    if [ -e "$small" ]; then
        read -r path size <"$small"
        mkdir -p "$path"
        mount -t tmpfs -o "mode=$(stat -c %a "$path"),size=$size" small "$path"
    fi
done
if [ -e "$home/no-java" ]; then
    rm -f "$home/bin/java"
    while java=$(command -v java); do
        mount -t tmpfs none "$(dirname "$(dirname "$(readlink -f "$java")")")"
        hash -r
    done
fi
if [ -e "$home/read-only" ]; then
    read -r path <"$home/read-only"
    mkdir -p "$path"
    mount --bind "$path" "$path"
    mount -o remount,bind,ro "$path"
fi
exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
