#!/bin/sh
# Runs a command in a folder as a container engine would in a container: the folder is /, what is bound is mounted, a user
# other than root has no privileges, and where nothing can be written (ro) /tmp is a small file system of its own.
# To be started with `unshare --mount`, so that nobody else sees a mount, and all of them go with the process. Every step is
# an exec: the process is the command's own.
#
#   enter.sh ROOT USER:GROUP ro|rw WORKDIR FROM:TO[:ro]... -- COMMAND...
set -eu

root=$1 user=$2 mode=$3 workdir=$4
shift 4

mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  from=${1%%:*}
  to=${1#*:}
  mount --bind "$from" "$root${to%:ro}"
  case $to in *:ro) mount -o remount,bind,ro "$root${to%:ro}" ;; esac
  shift
done
shift
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
if [ "$mode" = ro ]; then
  mount -t tmpfs -o mode=1777,size=256m milena-test "$root/tmp"
  mount -o remount,bind,ro "$root"
fi

into="cd \"\$0\" && exec \"\$@\""
if [ "$user" = 0:0 ]; then
  exec chroot "$root" sh -c "$into" "$workdir" "$@"
fi
exec chroot "$root" setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs \
  --bounding-set=-all --inh-caps=-all -- sh -c "$into" "$workdir" "$@"
