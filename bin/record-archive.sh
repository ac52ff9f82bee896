# Sourced by bin/launch.sh at the end of a build: records the start-up archives (JDK 25's AOT caches, JEP 514) of the
# node and of kafkactl from one real run of some seconds. Three nodes form a quorum on a temporary directory and free
# ports and go through a rehearsal, so that the archive holds what leaders, followers and brokers do, and what of it is
# hot (JEP 515); kafkactl makes a topic, writes, reads and lists; one node is killed, the others stop in order. A node
# notes what it loaded and ran when it ends, and the archive is made of what the quorum's leader noted. When the script
# is interrupted, milena_clean_up ends the nodes (milena_nodes) and removes the folder (milena_scratch); when it is
# killed, milena_watch_script does.

# Once more when it fails: on a busy machine a node stands still for a while, and what was asked of it is not answered.
milena_record_archives() {
  JAVA_HOME=$(cd "$JAVA_HOME" && pwd -P) || return 1
  milena_record_log=$milena_home/node/target/archive.log
  : >"$milena_record_log" || return 1
  for milena_attempt in first second; do
    milena_scratch=$(mktemp -d) && milena_scratch=$(cd "$milena_scratch" && pwd -P) || return 1
    echo "the $milena_attempt recording" >>"$milena_record_log"
    milena_watch_script
    milena_record "$milena_scratch" >>"$milena_record_log" 2>&1
    milena_recorded=$?
    milena_kill_nodes
    milena_end_watch
    rm -rf "$milena_scratch"
    milena_scratch=
    [ $milena_recorded -ne 0 ] || return 0
  done
  return $milena_recorded
}

# The settings of the user's own node and tool: a recording with them would write to that node's directories.
milena_forget_settings() {
  for milena_name in $(env | sed -n 's/^\(MILENA_[A-Za-z0-9_]*\)=.*/\1/p; s/^\(KAFKACTL_[A-Za-z0-9_]*\)=.*/\1/p'); do
    unset "$milena_name"
  done
}

# Becomes the JVM of main class $2 of module $1 as milena_run does, with the flags of recording in milena_archive_output:
# a list of words, in which files are named as seen from the folder of the recording, whose own path may have blanks.
milena_become_recorded() {
  cd "$milena_scratch" || exit 1
  milena_forget_settings
  milena_module=$1
  milena_main=$2
  shift 2
  milena_set_class_path "$milena_module"
  set -f
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" $milena_common_flags $milena_jvm_flags $milena_archive_output \
    -cp "$milena_class_path" "$milena_main" "$@"
}

milena_record() {
  . "$milena_home/bin/node-flags.sh"
  milena_start_nodes "$1" || return 1
  milena_clients=
  for milena_id in 1 2 3; do
    milena_clients="$milena_clients $(milena_clients_of "$1" $milena_id)"
  done

  . "$milena_home/bin/kafkactl-flags.sh"
  milena_archive_output=
  # shellcheck disable=SC2086
  milena_run_recorded cli dev.milena.cli.Rehearsal $milena_clients || return 1
  milena_clients=${milena_clients##* }
  milena_record_kafkactl topics --create --topic start-up --partitions 3 --replication-factor 1
  printf 'one\ntwo\nthree\n' | milena_record_kafkactl produce --topic start-up
  milena_record_kafkactl consume --topic start-up --from-beginning --max-messages 3 --idle-exit-ms 5000
  milena_record_kafkactl topics --describe
  milena_archive_output=-XX:AOTCacheOutput=cli.aot
  milena_record_kafkactl topics --list
  milena_archive_output=
  milena_leader=$(milena_record_kafkactl quorum --describe | sed -n 's/^LeaderId: \([0-9]*\).*/\1/p')
  [ "$milena_leader" ] || return 1
  milena_lose_a_node
  milena_clients=$(milena_clients_of "$1" "$milena_leader")
  milena_record_kafkactl topics --create --topic after-a-loss --partitions 3 --replication-factor 1
  milena_stop_nodes || return 1

  . "$milena_home/bin/node-flags.sh"
  milena_archive_output="-XX:AOTMode=create -XX:AOTConfiguration=node$milena_leader.noted -XX:AOTCache=node.aot"
  milena_run_recorded node dev.milena.node.Milena
  milena_archive_output=
  [ -f "$1/node.aot" ] || return 1
  for milena_module in node cli; do
    [ ! -f "$1/$milena_module.aot" ] || milena_install_archive "$1/$milena_module.aot" "$milena_home/$milena_module/target/$milena_module.aot" || return 1
  done
}

# Outlives this script (process $$, also in here) if it is killed, so that its nodes and their folder do not.
milena_watch_script() {
  (
    while kill -0 $$; do
      sleep 1
    done
    # shellcheck disable=SC2046
    kill -KILL $(cat "$milena_scratch/processes")
    rm -rf "$milena_scratch"
  ) 2>/dev/null &
  milena_watch=$!
}

# For what is about to become a JVM in the background: notes its process for the watch, which may have looked already if
# the script is gone.
milena_note_process() {
  # shellcheck disable=SC2016
  sh -c 'echo $PPID' >>"$milena_scratch/processes" && kill -0 $$ 2>/dev/null
}

# Runs what takes seconds in the background and waits for it: a shell hears of a signal only between commands.
milena_run_recorded() {
  milena_before=$milena_nodes
  { milena_note_process && milena_become_recorded "$@"; } &
  milena_nodes="$milena_before $!"
  wait $!
  milena_ended=$?
  milena_nodes=$milena_before
  return $milena_ended
}

# Three voters in folder $1, with a small heap each: there are three of them, and little to do. Voters must know each
# other's ports beforehand, so those are guessed: a guess at a port that is taken ends a node, and then there is another.
milena_start_nodes() {
  for milena_guess in 1 2 3 4 5; do
    milena_quorum_port=$((10000 + ($$ + milena_guess * 997) % 6000 * 3))
    milena_voters=1@127.0.0.1:$milena_quorum_port,2@127.0.0.1:$((milena_quorum_port + 1)),3@127.0.0.1:$((milena_quorum_port + 2))
    for milena_id in 1 2 3; do
      milena_write_settings "$1" $milena_id >"$1/node$milena_id.properties"
      milena_archive_output="-Xmx256m -XX:AOTMode=record -XX:AOTConfiguration=node$milena_id.noted"
      # Not in a subshell of its own inside the background one: the signal that stops it must reach the JVM.
      { milena_note_process && milena_become_recorded node dev.milena.node.Milena start "$1/node$milena_id.properties"; } \
        >"$1/ready$milena_id" &
      milena_nodes="$milena_nodes $!"
    done
    milena_await_ready "$1"
    case $? in
    0) return 0 ;;
    1) echo "a node ended; trying other ports" ;;
    *)
      echo "the nodes did not get ready in 60 s"
      return 1
      ;;
    esac
    milena_kill_nodes
    rm -rf "$1"/data*
  done
  return 1
}

milena_write_settings() {
  printf '%s\n' "node.id=$2" "log.dirs=$1/data$2" "controller.quorum.voters=$milena_voters" \
    "listeners=PLAINTEXT://127.0.0.1:0" "http.listener=127.0.0.1:0" \
    "quorum.listener=127.0.0.1:$((milena_quorum_port + $2 - 1))"
}

# 0 when all three are ready, 1 when one of them ended, 2 after a minute.
milena_await_ready() {
  milena_tries=0
  until [ "$(cat "$1"/ready? | grep -c '^milena ready: ')" = 3 ]; do
    milena_tries=$((milena_tries + 1))
    [ $milena_tries -le 600 ] || return 2
    for milena_node in $milena_nodes; do
      kill -0 "$milena_node" 2>/dev/null || return 1
    done
    sleep 0.1
  done
}

# Where clients reach node $2, which said so into folder $1.
milena_clients_of() {
  sed -n 's/^milena ready: clients=\([^ ]*\) .*/\1/p' "$1/ready$2"
}

# Kills one that does not lead, so that the archive holds what a leader does about it.
milena_lose_a_node() {
  milena_id=0
  milena_lost=
  milena_kept=
  for milena_node in $milena_nodes; do
    milena_id=$((milena_id + 1))
    if [ "$milena_lost" ] || [ $milena_id = "$milena_leader" ]; then
      milena_kept="$milena_kept $milena_node"
    else
      milena_lost=$milena_node
      kill -KILL "$milena_node"
      wait "$milena_node"
    fi
  done
  milena_nodes=$milena_kept
}

# They write their notes as they end; whether those of the leader are good, the making of the archive says.
milena_stop_nodes() {
  for milena_node in $milena_nodes; do
    kill -TERM "$milena_node"
  done
  for milena_node in $milena_nodes; do
    milena_tries=0
    while kill -0 "$milena_node" 2>/dev/null; do
      milena_tries=$((milena_tries + 1))
      if [ $milena_tries -gt 600 ]; then
        echo "a node did not end in 60 s"
        return 1
      fi
      sleep 0.1
    done
    wait "$milena_node" || echo "a node ended with $?"
  done
  milena_nodes=
}

milena_record_kafkactl() {
  (milena_become_recorded cli dev.milena.cli.Kafkactl "$@" --bootstrap-server "$milena_clients")
}

# By rename, so that a JVM that has the old archive mapped keeps it.
milena_install_archive() {
  cp "$1" "$2.new" && mv "$2.new" "$2"
}
