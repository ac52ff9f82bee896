#!/bin/sh
# Writes the Python stubs of proto/milena/v1 into a folder (default: ./generated).
# With Debian's packages python3-grpcio, protobuf-compiler and protobuf-compiler-grpc, or with grpcio-tools from pip.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
proto=$here/../../proto
out=${1:-$here/generated}
mkdir -p "$out"
set -- -I "$proto" -I "$here/../proto" --python_out="$out" --grpc_python_out="$out" \
    "$proto"/milena/v1/*.proto "$here/../proto/rpc_status.proto"
if plugin=$(command -v grpc_python_plugin); then
    protoc --plugin=protoc-gen-grpc_python="$plugin" "$@"
else
    "${PYTHON:-python3}" -m grpc_tools.protoc "$@"
fi
