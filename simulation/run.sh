#!/bin/sh
# Fresh seeds of the simulation for a while, or one seed again:
#   simulation/run.sh --cluster                       whole clusters for a minute, on all processors
#   simulation/run.sh --seconds 600 --threads 1       one node for ten minutes, on one
#   simulation/run.sh --cluster --seed N [--bug NAME] one seed, bit for bit
# Prints how much was met, or which invariant broke, and ends with 1 then.
home=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$home" || exit 1
. "$home/bin/find-jdk.sh"
classpath=$home/simulation/target/run.classpath
./mvnw -q -B -pl simulation -am -DskipTests -DincludeScope=runtime -Dmdep.outputFile="$classpath" \
  package dependency:build-classpath || exit 1
exec "$JAVA_HOME/bin/java" -Xmx2g -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
  -cp "simulation/target/classes:$(cat "$classpath")" dev.milena.simulation.SimulationMain "$@"
