#!/bin/sh
# How long bin/milena takes until clients can be served, and what it holds when idle:
#   benchmarks/start.sh [RUNS]        prints one line a run; 5 runs unless told otherwise
# Run it on a machine that does nothing else. Times are from the call of the script to the ready line, in milliseconds;
# resident memory is VmRSS after ten idle seconds, in MiB.
runs=${1:-5}
home=$(cd "$(dirname "$0")/.." && pwd -P)
scratch=$(mktemp -d) || exit 1
node=
trap '[ -z "$node" ] || kill -KILL "$node" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# Starts a node on a data directory; sets node and took.
start() {
  : >"$scratch/ready"
  began=$(now_ms)
  "$home/bin/milena" dev --data "$1" --port 0 --quorum-port 0 --http-port 0 >"$scratch/ready" 2>"$scratch/log" &
  node=$!
  until grep -q '^milena ready' "$scratch/ready"; do
    kill -0 "$node" 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.005
  done
  took=$(($(now_ms) - began))
}

finish() {
  began=$(now_ms)
  kill "-$1" "$node"
  wait "$node" 2>/dev/null
  stopped=$(($(now_ms) - began))
  node=
}

"$home/bin/milena" --version >&2 || exit 1 # builds if need be
"$home/bin/milena" --version >/dev/null    # warms the page cache
run=1
while [ "$run" -le "$runs" ]; do
  data=$scratch/data-$run
  start "$data"
  fresh=$took
  finish TERM
  orderly=$stopped
  start "$data"
  again=$took
  finish KILL
  start "$data"
  after_kill=$took
  sleep 10
  resident=$(sed -n 's/^VmRSS: *\([0-9]*\) kB/\1/p' "/proc/$node/status")
  finish TERM
  echo "run $run: fresh $fresh ms; stop $orderly ms; restart $again ms; after kill -9 $after_kill ms; idle $((resident / 1024)) MiB"
  run=$((run + 1))
done
