# Sourced by the scripts beside it, with home set to the checkout: starts and stops a node on loopback.
#   start_node DIR     waits for the ready line; sets node (pid), clients (HOST:PORT) and took (ms from the call of bin/milena)
#   stop_node SIGNAL   waits for its end; sets stopped (ms)
#   resident_mib       what the node holds
scratch=$(mktemp -d) || exit 1
node=
trap '[ -z "$node" ] || kill -KILL "$node" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

now_ms() { echo $(($(date +%s%N) / 1000000)); }

start_node() {
  : >"$scratch/ready"
  began=$(now_ms)
  "$home/bin/milena" dev --data "$1" --port 0 --quorum-port 0 --http-port 0 >"$scratch/ready" 2>"$scratch/log" &
  node=$!
  until grep -q '^milena ready' "$scratch/ready"; do
    kill -0 "$node" 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.005
  done
  took=$(($(now_ms) - began))
  clients=$(sed -n 's/.*clients=\([^ ]*\).*/\1/p' "$scratch/ready")
}

stop_node() {
  began=$(now_ms)
  kill "-$1" "$node"
  wait "$node" 2>/dev/null
  stopped=$(($(now_ms) - began))
  node=
}

resident_mib() {
  echo $(($(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$node/status") / 1024))
}
