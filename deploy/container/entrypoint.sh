#!/bin/sh
# A container's first process: finds out which node this is, and becomes bin/milena, so that signals reach the node
# itself. Arguments follow those of `milena start FILE`, such as --set key=value.
#
# Settings are in /etc/milena/node.properties; those in the environment (MILENA_LOG_DIRS for log.dirs, and so on) the
# node reads itself, and they win. Only node.id is found here: MILENA_NODE_ID if it is set, else the number at the end of
# the host's name and one, since a StatefulSet calls its pods NAME-0, NAME-1 and so on.
#
# Writes no file.
set -eu

milena_home=$(cd "$(dirname "$0")" && pwd -P)

if [ -z "${MILENA_NODE_ID-}" ]; then
  name=$(uname -n)
  name=${name%%.*}
  ordinal=${name##*-}
  case $ordinal in
  "$name" | '' | 0?* | *[!0-9]* | ??????*)
    echo "milena: node.id is not known: the name of this host, $name, does not end in -0, -1 and so on, as those of a" \
      "StatefulSet's pods do; set MILENA_NODE_ID to the node's number in its cluster, 1 for a single one" >&2
    exit 2
    ;;
  esac
  MILENA_NODE_ID=$((ordinal + 1))
  export MILENA_NODE_ID
fi

exec "$milena_home/bin/milena" start /etc/milena/node.properties "$@"
