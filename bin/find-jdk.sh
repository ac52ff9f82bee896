# Sourced by mvnw and by the scripts beside it: sets JAVA_HOME to a JDK 25, or says how to get one and fails.
#
# JAVA_HOME is tried first, then the folders where installers put JDKs. A JDK is known by the file
# "release" in its folder, so nothing is started to find out. Who builds nothing sets milena_java_program=java before:
# then a JRE 25 will do.

milena_is_jdk_25() {
  [ -x "$1/bin/${milena_java_program:-javac}" ] && grep -qs '^JAVA_VERSION="25[".]' "$1/release"
}

milena_find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && milena_is_jdk_25 "$JAVA_HOME"; then
    return 0
  fi
  milena_java_on_path=$(command -v java 2>/dev/null || true)
  if [ -n "$milena_java_on_path" ]; then
    milena_java_on_path=$(readlink -f "$milena_java_on_path" 2>/dev/null || printf '%s' "$milena_java_on_path")
    milena_java_on_path=${milena_java_on_path%/bin/java}
  fi
  for milena_jdk in \
    "$milena_java_on_path" \
    /usr/lib/jvm/* \
    /usr/java/* \
    /opt/java/* \
    /opt/jdk* \
    /opt/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/*; do
    if milena_is_jdk_25 "$milena_jdk"; then
      JAVA_HOME=$milena_jdk
      return 0
    fi
  done
  cat >&2 <<'HELP'
Milena needs a JDK 25, and none was found in JAVA_HOME, on the PATH or in the usual install folders.
Get one and run this again:
  Debian, Ubuntu   apt-get install temurin-25-jdk    (from the Adoptium repository: https://adoptium.net/installation/linux)
  macOS            brew install --cask temurin@25
  anywhere         unpack a JDK 25 from https://adoptium.net and set JAVA_HOME to its folder
HELP
  return 1
}

milena_find_jdk || exit 1
export JAVA_HOME
