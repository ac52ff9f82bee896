# Sourced by bin/milena and by the recording of the start-up archive: sets milena_jvm_flags for a node.

# A quarter of the memory this process may use (the machine's, or its control group's if that is less), in MiB,
# at least 128 and at most 1024.
milena_heap_mib() {
  milena_memory_kib=
  if [ -r /proc/meminfo ]; then
    while read -r milena_word milena_value milena_unit; do
      if [ "$milena_word" = MemTotal: ]; then
        milena_memory_kib=$milena_value
        break
      fi
    done </proc/meminfo
    milena_group=
    while IFS=: read -r milena_number milena_word milena_value; do
      [ "$milena_number" != 0 ] || milena_group=$milena_value
    done </proc/self/cgroup
    for milena_limit in "/sys/fs/cgroup$milena_group/memory.max" /sys/fs/cgroup/memory.max; do
      if [ -r "$milena_limit" ]; then
        read -r milena_value <"$milena_limit"
        [ "$milena_value" = max ] || [ $((milena_value / 1024)) -ge "$milena_memory_kib" ] ||
          milena_memory_kib=$((milena_value / 1024))
      fi
    done
  else
    milena_memory_kib=$(($(sysctl -n hw.memsize 2>/dev/null || echo 4294967296) / 1024))
  fi
  milena_heap=$((milena_memory_kib / 4096))
  [ "$milena_heap" -ge 128 ] || milena_heap=128
  [ "$milena_heap" -le 1024 ] || milena_heap=1024
}

milena_heap_mib
# G1: measured against Serial it holds 5 MiB more when idle and starts as fast (benchmarks/results/start.md), and it
# does not stop the whole process to clean a large heap. It collects when the heap is full, and so keeps what a busy hour
# left for as long as nothing happens after it: after five minutes without a collection there is one all the same
# (JEP 346), which gives memory back to the system.
milena_jvm_flags="-XX:+UseG1GC -XX:G1PeriodicGCInterval=300000 -Xms64m -Xmx${milena_heap}m -XX:+ExitOnOutOfMemoryError"
