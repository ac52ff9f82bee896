#!/bin/sh
# Gathers what a node needs at run time, and nothing it could be built from, in folder $1, from a built checkout.
#
#   deploy/container/assemble.sh FOLDER
#
# bin/milena runs on node/target/lib and knows by the stamps that these are built; without a pom.xml it takes a JRE for
# enough. kafkactl is part of it: the tool for the cluster is where the cluster is.
set -eu

checkout=$(cd "$(dirname "$0")/../.." && pwd -P)
image=${1:?usage: $0 FOLDER}

for module in node cli; do
  if [ ! -f "$checkout/$module/target/built" ]; then
    echo "$0: $module is not built; run bin/kafkactl --version first" >&2
    exit 1
  fi
done
if [ -e "$image" ] && [ -n "$(ls -A "$image")" ]; then
  echo "$0: $image is not empty; name a new folder" >&2
  exit 1
fi

for module in node cli; do
  mkdir -p "$image/$module/target"
  cp -R "$checkout/$module/target/lib" "$checkout/$module/target/built" "$image/$module/target/"
done
cp -R "$checkout/bin" "$image/bin"
cp "$checkout/deploy/container/entrypoint.sh" "$checkout/LICENSE" "$image/"
