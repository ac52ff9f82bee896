# Sourced by bin/milena and bin/kafkactl: builds what they run when it is missing or older than its sources,
# and becomes the JVM that runs it.
#
#   . "$milena_home/bin/launch.sh"         with milena_home set to the checkout
#   milena_build                           builds if needed; words about it go to standard error
#   milena_run MODULE MAIN_CLASS ARG...    execs the JVM on MODULE/target/lib/*.jar; never returns
#
# For the caller to set before milena_run:
#   milena_jvm_flags   flags of this program (heap, collector), before those of the user
#   MILENA_JVM_OPTS    the user's flags, split at blanks; they win
#
# The build leaves node/target/lib and cli/target/lib (every jar of the class path), a stamp beside each with the
# time the build began, and a start-up archive (*.aot) recorded from a real run. A stamp newer than every source means
# there is nothing to build. An archive that does not fit (another JDK, a moved checkout, a jar with another time) is
# passed over in silence by the JVM: it costs time, never correctness. archive-recorded holds the sums of the jars that
# the archives were recorded with, and its own time is theirs: a newer jar means that some build wrote it since.

# A container image has no sources, so nothing to build and no compiler.
[ -f "$milena_home/pom.xml" ] || milena_java_program=java
. "$milena_home/bin/find-jdk.sh"

milena_stamp=$milena_home/node/target/built
milena_archive_stamp=$milena_home/node/target/archive-recorded

# Every file and folder that a build depends on; a folder's own time tells of a file removed from it.
milena_find_newer() {
  cd "$milena_home" &&
    find pom.xml .mvn proto/pom.xml proto/milena \
      records/pom.xml records/src/main metadata/pom.xml metadata/src/main \
      metadata-quorum/pom.xml metadata-quorum/src/main log-engine/pom.xml log-engine/src/main \
      replication/pom.xml replication/src/main broker/pom.xml broker/src/main \
      client/pom.xml client/src/main cli/pom.xml cli/src/main node/pom.xml node/src/main \
      -newer "$1" -print 2>/dev/null | head -n 1
}

milena_is_built() {
  [ -f "$milena_stamp" ] && [ -f "$milena_home/cli/target/built" ] && [ -z "$(milena_find_newer "$milena_stamp")" ]
}

milena_archives_fit() {
  [ -f "$milena_archive_stamp" ] &&
    [ -z "$(find "$milena_home/node/target/lib" "$milena_home/cli/target/lib" -newer "$milena_archive_stamp" 2>/dev/null)" ]
}

milena_sum_jars() {
  (cd "$milena_home" && LC_ALL=C && export LC_ALL && cksum node/target/lib/*.jar cli/target/lib/*.jar 2>/dev/null)
}

# Gives the jars, and the folders they are in, the time of file $1.
milena_date_jars() {
  for milena_jar in "$milena_home"/node/target/lib "$milena_home"/cli/target/lib \
    "$milena_home"/node/target/lib/*.jar "$milena_home"/cli/target/lib/*.jar; do
    [ ! -e "$milena_jar" ] || touch -r "$1" "$milena_jar"
  done
}

milena_say() {
  printf 'milena: %s\n' "$*" >&2
}

# One build at a time: whoever makes the folder builds, the others wait for it, at most this long.
milena_most_waited=1200

# A lock whose owner is gone is taken over. Our own number in it is that of a process before us: a container that
# starts again counts from one again.
milena_take_lock() {
  milena_lock=$milena_home/target/building
  milena_waited=0
  milena_missed=0
  mkdir -p "$milena_home/target" 2>/dev/null
  if [ ! -w "$milena_home/target" ]; then
    milena_say "cannot build: $milena_home/target is not writable for $(id -un)"
    exit 1
  fi
  until milena_why=$(mkdir "$milena_lock" 2>&1); do
    if [ ! -d "$milena_lock" ]; then
      # Let go of in between, once or twice; more often than that it is the disk.
      milena_missed=$((milena_missed + 1))
      [ "$milena_missed" -lt 20 ] || milena_cannot_lock "$milena_why"
      continue
    fi
    milena_builder=$(cat "$milena_lock/process" 2>/dev/null)
    if milena_lock_is_stale && mv "$milena_lock" "$milena_lock.$$" 2>/dev/null; then
      rm -rf "$milena_lock.$$"
      continue
    fi
    [ "$milena_waited" != 0 ] || milena_say "waiting for another build${milena_builder:+ (process $milena_builder)}"
    [ "$milena_waited" -lt "$milena_most_waited" ] ||
      milena_cannot_lock "another build${milena_builder:+ (process $milena_builder)} holds $milena_lock for $((milena_most_waited / 60)) minutes; if there is none, delete that folder"
    milena_waited=$((milena_waited + 1))
    sleep 1
  done
  echo $$ >"$milena_lock/process"
}

milena_cannot_lock() {
  milena_say "cannot build: $1"
  exit 1
}

milena_lock_is_stale() {
  if [ -z "$milena_builder" ]; then
    [ "$milena_waited" -ge 10 ]
  else
    [ "$milena_builder" = $$ ] || ! milena_is_alive "$milena_builder"
  fi
}

# A process of somebody else's may not be signalled, and is alive all the same.
milena_is_alive() {
  milena_why=$(LC_ALL=C kill -0 "$1" 2>&1) && return 0
  case $milena_why in
  *"not permitted"*) return 0 ;;
  *) [ -d "/proc/$1" ] ;;
  esac
}

milena_build() {
  if milena_is_built; then
    milena_archives_fit && return 0
    # Somebody else's checkout: a slower start is better than none.
    [ -w "$milena_home/node/target" ] && [ -w "$milena_home/cli/target" ] || return 0
  fi
  milena_nodes=
  milena_scratch=
  milena_watch=
  milena_take_lock
  trap milena_clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  milena_is_built || milena_build_now
  milena_archives_fit || milena_fit_archives
  milena_clean_up
  trap - EXIT HUP INT TERM
}

# Also when interrupted: nodes that are being recorded ignore Ctrl-C, as all that a script puts in the background.
milena_clean_up() {
  milena_kill_nodes
  milena_end_watch
  [ -z "$milena_scratch" ] || rm -rf "$milena_scratch"
  milena_scratch=
  rm -rf "$milena_lock"
}

milena_kill_nodes() {
  for milena_node in $milena_nodes; do
    kill -KILL "$milena_node" 2>/dev/null
    wait "$milena_node" 2>/dev/null
  done
  milena_nodes=
}

# Of a recording: nobody needs to outlive the script any more.
milena_end_watch() {
  [ -z "$milena_watch" ] || kill "$milena_watch" 2>/dev/null
  milena_watch=
}

# Keeps all of Maven's words in the log and says which module it is at.
milena_follow_build() {
  while IFS= read -r milena_line; do
    printf '%s\n' "$milena_line" >>"$milena_log"
    case $milena_line in
    '[INFO] Building Milena: '*)
      milena_line=${milena_line#*Milena: }
      milena_step=${milena_line##*[}
      milena_say "building ${milena_line%% *} (${milena_step%]})"
      ;;
    esac
  done
}

milena_build_now() {
  mkdir -p "$milena_home/node/target"
  milena_log=$milena_home/node/target/build.log
  milena_say "building (first use, or the sources have changed); the whole story goes to $milena_log"
  # A pipe hides the status of its first command, so Maven's goes through a file.
  : >"$milena_log"
  {
    (cd "$milena_home" && ./mvnw -B -Dmaven.test.skip=true -Dspotless.check.skip=true -pl node,cli -am package) 2>&1 </dev/null
    echo $? >"$milena_log.status"
  } | milena_follow_build
  read -r milena_status <"$milena_log.status"
  rm -f "$milena_log.status"
  if [ "$milena_status" != 0 ]; then
    sed -n 's/^\[ERROR\] //p' "$milena_log" | head -n 20 >&2
    milena_say "the build failed; $milena_log has all of it"
    exit 1
  fi
}

# A build that changed nothing still dates the jars anew, and the JVM asks for the time they had: then they get it back.
# Otherwise the archives are recorded again. The sums are taken before, so that a jar written meanwhile is newer.
milena_fit_archives() {
  milena_sum_jars >"$milena_archive_stamp.new"
  if [ -s "$milena_archive_stamp.new" ] && cmp -s "$milena_archive_stamp.new" "$milena_archive_stamp"; then
    milena_date_jars "$milena_archive_stamp"
    rm -f "$milena_archive_stamp.new"
    return 0
  fi
  milena_date_jars "$milena_archive_stamp.new"
  milena_say "recording a start-up archive, so that later starts are fast"
  # shellcheck disable=SC1091
  . "$milena_home/bin/record-archive.sh"
  milena_record_archives || milena_say "no start-up archive: starts will be slower ($milena_home/node/target/archive.log says why)"
  mv "$milena_archive_stamp.new" "$milena_archive_stamp"
}

# The jars of a module in one order everywhere: the archive fits only the class path it was recorded with.
milena_set_class_path() {
  milena_locale=${LC_ALL-unset}
  LC_ALL=C
  milena_class_path=
  for milena_jar in "$milena_home/$1"/target/lib/*.jar; do
    milena_class_path=$milena_class_path${milena_class_path:+:}$milena_jar
  done
  if [ "$milena_locale" = unset ]; then unset LC_ALL; else LC_ALL=$milena_locale; fi
}

# What every one of our JVMs gets. The JVM's own warnings go to standard error: standard output belongs to the program.
milena_common_flags='--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Xlog:disable -Xlog:all=warning,aot*=off,cds*=off:stderr'

milena_run() {
  milena_module=$1
  milena_main=$2
  shift 2
  milena_set_class_path "$milena_module"
  milena_archive=$milena_home/$milena_module/target/$milena_module.aot
  milena_archive_flag=
  [ ! -f "$milena_archive" ] || milena_archive_flag=-XX:AOTCache=$milena_archive
  # The flags are lists of words, without blanks inside one; the path of the archive may have blanks, so it stands alone.
  set -f
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" $milena_common_flags ${milena_jvm_flags-} ${milena_archive_flag:+"$milena_archive_flag"} \
    ${MILENA_JVM_OPTS-} -cp "$milena_class_path" "$milena_main" "$@"
}
