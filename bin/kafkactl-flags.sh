# Sourced by bin/kafkactl and by the recording of the start-up archive: sets milena_jvm_flags for the tool, which lives
# for a moment: the quick compiler only, the small collector.
milena_jvm_flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms32m -Xmx512m"
