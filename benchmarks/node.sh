#!/bin/sh
# One node under load, over gRPC, client and node on this machine:
#   benchmarks/node.sh [DIR]        produce raw batches and single records with acks=all, consume; DIR holds the data (default: a temporary folder)
# It ends with a line for each run: MB/s (10^6 bytes) and the node's processor seconds for a GB. Run it on a machine that does nothing else.
home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/benchmarks/running-node.sh"
load() { "$home/benchmarks/jmh.sh" -main NodeLoad --bootstrap-server "$clients" --broker-pids "$node" "$@"; }

start_node "${1:-$scratch/data}"
load --mode produce-batches --megabytes 2000 --runs 4
load --mode consume --megabytes 4000 --runs 4
load --mode produce-records --megabytes 1000 --runs 3
echo "resident after load: $(resident_mib) MiB"
stop_node TERM
