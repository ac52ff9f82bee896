#!/bin/sh
# The name that users of Kafka know: `kafka-server-start.sh [-daemon] FILE.properties [--override KEY=VALUE]...`.
# -daemon starts in the background and writes to $LOG_DIR/milena.out (LOG_DIR is ./logs unless set).
milena_here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P) || exit 1

milena_daemon=
if [ "${1-}" = -daemon ]; then
  milena_daemon=yes
  shift
fi
if [ $# -eq 0 ]; then
  echo "usage: $0 [-daemon] FILE.properties [--override KEY=VALUE]..." >&2
  exit 2
fi

# Kafka's --override is our --set; the list is turned round once, argument by argument, so that blanks stay inside.
milena_count=$#
while [ "$milena_count" -gt 0 ]; do
  case $1 in
  --override) set -- "$@" --set ;;
  --zookeeper | --zookeeper=*)
    echo 'Milena coordinates itself and has no ZooKeeper; use --bootstrap-server HOST:9092' >&2
    exit 2
    ;;
  *) set -- "$@" "$1" ;;
  esac
  shift
  milena_count=$((milena_count - 1))
done

if [ -z "$milena_daemon" ]; then
  exec "$milena_here/milena" start "$@"
fi
milena_logs=${LOG_DIR:-logs}
mkdir -p "$milena_logs" || exit 1
nohup "$milena_here/milena" start "$@" >>"$milena_logs/milena.out" 2>&1 </dev/null &
