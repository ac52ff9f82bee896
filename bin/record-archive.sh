# Sourced by bin/launch.sh at the end of a build: records the start-up archives (JDK 25's AOT caches, JEP 514) of the
# node and of kafkactl from one short real run: a node starts on a temporary directory and free ports, kafkactl
# makes a topic, writes, reads and lists, the node stops in order. Each JVM writes its archive when it ends. When the
# script is interrupted, its milena_clean_up ends the node (milena_node) and removes the folder (milena_scratch).

milena_record_archives() {
  milena_scratch=$(mktemp -d) || return 1
  milena_record_log=$milena_home/node/target/archive.log
  milena_record "$milena_scratch" >"$milena_record_log" 2>&1
  milena_recorded=$?
  rm -rf "$milena_scratch"
  milena_scratch=
  return $milena_recorded
}

# The settings of the user's own node and tool: a recording with them would write to that node's directories.
milena_forget_settings() {
  for milena_name in $(env | sed -n 's/^\(MILENA_[A-Za-z0-9_]*\)=.*/\1/p; s/^\(KAFKACTL_[A-Za-z0-9_]*\)=.*/\1/p'); do
    unset "$milena_name"
  done
}

# Becomes the JVM of main class $2 of module $1 as milena_run does, but recording when milena_archive_output is set.
milena_become_recorded() {
  milena_forget_settings
  milena_module=$1
  milena_main=$2
  shift 2
  milena_set_class_path "$milena_module"
  set -f
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" $milena_common_flags $milena_jvm_flags ${milena_archive_output:+"$milena_archive_output"} \
    -cp "$milena_class_path" "$milena_main" "$@"
}

milena_record() {
  . "$milena_home/bin/node-flags.sh"
  milena_archive_output=-XX:AOTCacheOutput=$1/node.aot
  # Not in a subshell of its own inside the background one: the signal below must reach the JVM.
  milena_become_recorded node dev.milena.node.Milena dev --data "$1/data" --port 0 --quorum-port 0 --http-port 0 >"$1/ready" &
  milena_node=$!
  milena_tries=0
  until grep -q '^milena ready: ' "$1/ready"; do
    milena_tries=$((milena_tries + 1))
    if [ $milena_tries -gt 600 ] || ! kill -0 $milena_node 2>/dev/null; then
      echo "the node did not get ready"
      kill -KILL $milena_node 2>/dev/null
      milena_node=
      return 1
    fi
    sleep 0.1
  done
  milena_clients=$(sed -n 's/^milena ready: clients=\([^ ]*\) .*/\1/p' "$1/ready")

  . "$milena_home/bin/kafkactl-flags.sh"
  milena_archive_output=
  milena_record_kafkactl topics --create --topic start-up --partitions 3 --replication-factor 1
  printf 'one\ntwo\nthree\n' | milena_record_kafkactl produce --topic start-up
  milena_record_kafkactl consume --topic start-up --from-beginning --max-messages 3 --idle-exit-ms 5000
  milena_record_kafkactl topics --describe
  milena_archive_output=-XX:AOTCacheOutput=$1/cli.aot
  milena_record_kafkactl topics --list
  milena_archive_output=

  kill -TERM $milena_node
  wait $milena_node
  milena_ended=$?
  milena_node=
  [ $milena_ended = 0 ] || { echo "the node ended with $milena_ended"; return 1; }
  for milena_module in node cli; do
    [ ! -f "$1/$milena_module.aot" ] || milena_install_archive "$1/$milena_module.aot" "$milena_home/$milena_module/target/$milena_module.aot"
  done
  [ -f "$milena_home/node/target/node.aot" ]
}

milena_record_kafkactl() {
  (milena_become_recorded cli dev.milena.cli.Kafkactl "$@" --bootstrap-server "$milena_clients")
}

# By rename, so that a JVM that has the old archive mapped keeps it.
milena_install_archive() {
  cp "$1" "$2.new" && mv "$2.new" "$2"
}
