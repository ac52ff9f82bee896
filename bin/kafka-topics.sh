#!/bin/sh
# The name that users of Kafka know; kafkactl understands its options.
exec "$(dirname "$(readlink -f "$0")")/kafkactl" kafka-topics.sh "$@"
