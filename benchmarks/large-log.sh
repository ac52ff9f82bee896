#!/bin/sh
# How long a node with a large log takes to start:
#   benchmarks/large-log.sh [GB] [DIR]      fills a topic of six partitions with GB (default 10) in DIR, then starts after orderly stops and after kills under load
# Times are from the call of bin/milena to the ready line. After a kill it prints what recovery checked and cut, a line a partition.
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/benchmarks/running-node.sh"
gigabytes=${1:-10}
data=${2:-$scratch/data}
load() { "$home/benchmarks/jmh.sh" -main NodeLoad --bootstrap-server "$clients" --mode produce-batches --runs 1 "$@"; }

# until a GB has been written since $before, so that the kill meets the load
await_growth() {
  tries=0
  while [ $(($(du -sm "$data" 2>/dev/null | cut -f1) - before)) -lt 1000 ]; do
    tries=$((tries + 1))
    kill -0 "$loader" 2>/dev/null && [ "$tries" -lt 300 ] || { cat "$scratch/load.log" >&2; exit 1; }
    sleep 0.2
  done
}

start_node "$data"
load --broker-pids "$node" --megabytes "${gigabytes}000"
stop_node TERM
for run in 1 2 3; do
  start_node "$data"
  echo "start $run after an orderly stop: $took ms"
  stop_node TERM
done
for run in 1 2 3; do
  start_node "$data"
  before=$(du -sm "$data" | cut -f1)
  load --megabytes 1000000 >"$scratch/load.log" 2>&1 &
  loader=$!
  await_growth
  stop_node KILL
  kill "$loader" 2>/dev/null
  wait "$loader" 2>/dev/null
  start_node "$data"
  echo "start $run after kill -9 under load: $took ms"
  grep -o 'scannedBytes=[0-9]* walkedBytes=[0-9]* cutBytes=[0-9]*' "$scratch/log" | grep -v 'scannedBytes=0 '
  stop_node TERM
done
du -sh "$data"
