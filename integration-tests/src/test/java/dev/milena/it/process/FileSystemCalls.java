package dev.milena.it.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.nio.file.Path;

/** Calls to a mounted file system as a whole, for which Java has none: ioctl(2). Wants root. */
@SuppressWarnings("restricted")
final class FileSystemCalls {
  /** EXT4_IOC_SHUTDOWN with the flag that not even the journal is written any more. */
  private static final long SHUTDOWN = 0x8004587dL;

  private static final int NO_LOG_FLUSH = 2;
  private static final long FREEZE = 0xc0045877L;
  private static final long THAW = 0xc0045878L;
  private static final int READ_ONLY = 0;

  private static final Open OPEN =
      MethodHandleProxies.asInterfaceInstance(
          Open.class,
          handle(
              "open",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
              Linker.Option.firstVariadicArg(2)));
  private static final Control IOCTL =
      MethodHandleProxies.asInterfaceInstance(
          Control.class,
          handle(
              "ioctl",
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
              Linker.Option.firstVariadicArg(2)));
  private static final Close CLOSE =
      MethodHandleProxies.asInterfaceInstance(
          Close.class, handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)));

  /** open(2). */
  public interface Open {
    int open(MemorySegment path, int flags);
  }

  /** ioctl(2). */
  public interface Control {
    int control(int file, long request, MemorySegment argument);
  }

  /** close(2). */
  public interface Close {
    int close(int file);
  }

  private FileSystemCalls() {}

  private static MethodHandle handle(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), shape, options);
  }

  /** From now on every call to an ext4 file system fails, and what is not on its disk is lost. */
  static void shutDown(Path mounted) throws IOException {
    call(mounted, SHUTDOWN, NO_LOG_FLUSH);
  }

  /** From now on whoever writes waits. */
  static void freeze(Path mounted) throws IOException {
    call(mounted, FREEZE, 0);
  }

  /** Undoes {@link #freeze}. */
  static void thaw(Path mounted) throws IOException {
    call(mounted, THAW, 0);
  }

  private static void call(Path mounted, long request, int argument) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int file = OPEN.open(arena.allocateFrom(mounted.toString()), READ_ONLY);
      int answer =
          file < 0 ? -1 : IOCTL.control(file, request, arena.allocateFrom(JAVA_INT, argument));
      int closed = file < 0 ? 0 : CLOSE.close(file);
      if (answer != 0 || closed != 0) {
        throw new IOException("ioctl %x of %s failed".formatted(request, mounted));
      }
    }
  }
}
