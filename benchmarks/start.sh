#!/bin/sh
# How long bin/milena takes until clients can be served, and what it holds when idle:
#   benchmarks/start.sh [RUNS]        prints one line a run; 5 runs unless told otherwise
# Run it on a machine that does nothing else. Times are from the call of the script to the ready line, in milliseconds;
# resident memory is VmRSS after ten idle seconds, in MiB.
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/benchmarks/running-node.sh"
runs=${1:-5}

"$home/bin/milena" --version >&2 || exit 1 # builds if need be
"$home/bin/milena" --version >/dev/null    # warms the page cache
run=1
while [ "$run" -le "$runs" ]; do
  data=$scratch/data-$run
  start_node "$data"
  fresh=$took
  stop_node TERM
  orderly=$stopped
  start_node "$data"
  again=$took
  stop_node KILL
  start_node "$data"
  after_kill=$took
  sleep 10
  resident=$(resident_mib)
  stop_node TERM
  echo "run $run: fresh $fresh ms; stop $orderly ms; restart $again ms; after kill -9 $after_kill ms; idle $resident MiB"
  run=$((run + 1))
done
