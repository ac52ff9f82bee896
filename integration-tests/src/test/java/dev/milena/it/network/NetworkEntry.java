package dev.milena.it.network;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;

/** Takes a thread into another network namespace, by the system's own calls: Java has none. */
@SuppressWarnings("restricted")
final class NetworkEntry {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int READ_ONLY = 0;

  private static final Open OPEN =
      MethodHandleProxies.asInterfaceInstance(
          Open.class,
          handle(
              "open",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
              Linker.Option.firstVariadicArg(2)));
  private static final Enter SETNS =
      MethodHandleProxies.asInterfaceInstance(
          Enter.class, handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT)));
  private static final Close CLOSE =
      MethodHandleProxies.asInterfaceInstance(
          Close.class, handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)));

  /** open(2). */
  public interface Open {
    int open(MemorySegment path, int flags);
  }

  /** setns(2). */
  public interface Enter {
    int enter(int file, int kind);
  }

  /** close(2). */
  public interface Close {
    int close(int file);
  }

  private NetworkEntry() {}

  private static MethodHandle handle(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), shape, options);
  }

  /** The calling thread, a platform thread that does nothing else, is in it from now on. */
  static void enter(String namespace) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int file = OPEN.open(arena.allocateFrom("/run/netns/" + namespace), READ_ONLY);
      int entered = file < 0 ? -1 : SETNS.enter(file, CLONE_NEWNET);
      int closed = file < 0 ? 0 : CLOSE.close(file);
      if (entered != 0 || closed != 0) {
        throw new IOException("cannot enter the network of " + namespace);
      }
    }
  }
}
