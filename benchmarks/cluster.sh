#!/bin/sh
# Three nodes under load over gRPC, client and nodes on this machine, replication factor 3, min.insync.replicas=2, acks=all, every replica fsyncs:
#   benchmarks/cluster.sh [DIR]        DIR holds the data (default: a temporary folder)
# Raw batches as fast as they go, 10,000 single records a second over six partitions, 1,000 a second over a thousand. A line for each run.
# Run it on a machine that does nothing else.
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/benchmarks/running-cluster.sh"
load() {
  class=$1
  shift
  "$home/benchmarks/jmh.sh" -built -main "$class" --bootstrap-server "$clients" --broker-pids "$pids" --broker-http "$https" \
    --replication-factor 3 --min-insync-replicas 2 "$@"
}

"$home/benchmarks/jmh.sh" -main RateLoad --help >/dev/null || exit 1
"$home/bin/milena" --version >&2 || exit 1
start_cluster "${1:-$scratch/data}"
load NodeLoad --mode produce-batches --megabytes 2000 --runs 5
load NodeLoad --mode produce-records --megabytes 1000 --runs 3
load NodeLoad --mode consume --megabytes 4000 --runs 3
load RateLoad --rate 10000 --seconds 20 --runs 4
load RateLoad --rate 1000 --seconds 20 --runs 3 --topic thousand --partitions 1000
echo "resident after load: $(resident_mib) MiB"
stop_cluster TERM
