# Sourced by bin/kafkactl and by the recording of the start-up archive: sets milena_jvm_flags for the tool, which lives
# for a moment (benchmarks/results/node.md has what each flag saves): the quick compiler only, and only for what runs
# often, the small collector, no file for jstat; reflection by native code, since a method handle for each field of
# each option costs more than it is used for.
milena_jvm_flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5 -XX:-UsePerfData
  -Djdk.reflect.useNativeAccessorOnly=true -Xms32m -Xmx512m"
