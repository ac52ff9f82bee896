#!/bin/sh
# Runs JMH benchmarks of this module:
#   benchmarks/jmh.sh AppendBenchmark -prof gc
# or, with -main first, another class of it:
#   benchmarks/jmh.sh -main AppendCpu /dev/shm
# With -built before that nothing is built: the last time did, and nodes that run have these jars.
# Arguments are JMH's. Run it on a machine that does nothing else.
home=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$home" || exit 1
. "$home/bin/find-jdk.sh"
classpath=$home/benchmarks/target/jmh.classpath
if [ "${1-}" = -built ]; then
  shift
else
  ./mvnw -q -B -pl benchmarks -am -DskipTests -DincludeScope=runtime -Dmdep.outputFile="$classpath" \
    package dependency:build-classpath || exit 1
fi
main=org.openjdk.jmh.Main
if [ "${1-}" = -main ]; then
  main=dev.milena.benchmarks.$2
  shift 2
fi
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "benchmarks/target/classes:$(cat "$classpath")" "$main" "$@"
