package dev.milena.simulation.cluster;

import dev.milena.simulation.SeedReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;

/**
 * The product and the simulation once more, with a mistake in one method. So a mistake can be tried
 * wherever it is, and the product has no switch for it.
 */
final class MutatedLoader extends ClassLoader {
  private static final String OURS = "dev.milena.";

  /** What comes out is the caller's. */
  private static final String SHARED = SeedReport.class.getName();

  private final ClassLoader original;
  private final Mutation mutation;

  MutatedLoader(Mutation mutation) {
    this(mutation, Objects.requireNonNull(MutatedLoader.class.getClassLoader()));
  }

  private MutatedLoader(Mutation mutation, ClassLoader original) {
    super(original);
    this.original = original;
    this.mutation = mutation;
  }

  /** As {@link ClusterSimulation#run}. */
  SeedReport run(long seed, long lengthMs, ClusterBug bug) {
    try {
      var run =
          loadClass(ClusterSimulation.class.getName())
              .getDeclaredMethod("run", long.class, long.class, String.class);
      run.setAccessible(true);
      return (SeedReport) run.invoke(null, seed, lengthMs, bug.name());
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException broken) {
        throw broken;
      }
      throw new AssertionError(thrown.getCause());
    } catch (ReflectiveOperationException moved) {
      throw new LinkageError("the simulation is not where it was", moved);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.equals(SHARED)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? findClass(name) : known;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] code = bytes(name);
    byte[] own = name.equals(mutation.className()) ? mutated(code) : code;
    return defineClass(name, own, 0, own.length);
  }

  private byte[] bytes(String name) throws ClassNotFoundException {
    try (InputStream in = original.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
  }

  private byte[] mutated(byte[] code) {
    var parsed = ClassFile.of().parse(code);
    long found =
        parsed.methods().stream()
            .filter(method -> method.methodName().equalsString(mutation.method()))
            .count();
    if (found != 1) {
      throw new IllegalStateException(mutation + ": " + found + " methods of that name");
    }
    return ClassFile.of()
        .transformClass(
            parsed,
            ClassTransform.transformingMethods(
                method -> method.methodName().equalsString(mutation.method()), this::replace));
  }

  private void replace(MethodBuilder method, MethodElement element) {
    if (element instanceof CodeModel) {
      method.withCode(mutation.body());
    } else {
      method.with(element);
    }
  }
}
