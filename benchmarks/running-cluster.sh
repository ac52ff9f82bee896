# Sourced by the scripts beside it, with home set to the checkout: starts and stops three nodes on loopback.
#   start_cluster DIR     waits until all are ready; sets pids, clients and https (comma-separated)
#   stop_cluster SIGNAL   waits for their end
#   resident_mib          what each of them holds
scratch=$(mktemp -d) || exit 1
pids=
trap '[ -z "$pids" ] || kill -KILL $(echo "$pids" | tr , " ") 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

start_cluster() {
  base=${MILENA_BENCH_PORT:-29090}
  voters=1@127.0.0.1:$((base + 11)),2@127.0.0.1:$((base + 12)),3@127.0.0.1:$((base + 13))
  clients=127.0.0.1:$((base + 1)),127.0.0.1:$((base + 2)),127.0.0.1:$((base + 3))
  https=127.0.0.1:$((base + 21)),127.0.0.1:$((base + 22)),127.0.0.1:$((base + 23))
  for n in 1 2 3; do
    cat >"$scratch/node$n.properties" <<END
node.id=$n
listeners=PLAINTEXT://127.0.0.1:$((base + n))
quorum.listener=127.0.0.1:$((base + 10 + n))
http.listener=127.0.0.1:$((base + 20 + n))
controller.quorum.voters=$voters
log.dirs=$1/$n
END
    "$home/bin/milena" start "$scratch/node$n.properties" >"$scratch/ready$n" 2>"$scratch/log$n" &
    pids=${pids:+$pids,}$!
  done
  for n in 1 2 3; do
    until grep -q '^milena ready' "$scratch/ready$n"; do
      kill -0 $(echo "$pids" | cut -d, -f$n) 2>/dev/null || { cat "$scratch/log$n" >&2; exit 1; }
      sleep 0.05
    done
  done
}

stop_cluster() {
  kill "-$1" $(echo "$pids" | tr , " ")
  for pid in $(echo "$pids" | tr , " "); do
    wait "$pid" 2>/dev/null
  done
  pids=
}

resident_mib() {
  for pid in $(echo "$pids" | tr , " "); do
    printf '%s ' $(($(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status") / 1024))
  done
}
