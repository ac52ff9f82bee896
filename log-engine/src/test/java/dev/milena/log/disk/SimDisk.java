package dev.milena.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A disk in memory that does the worst that POSIX allows, the same way again for the same seed.
 *
 * <ul>
 *   <li>{@link #crash} answers what a power cut leaves: synced bytes and names, and of the rest any
 *       sectors and any names.
 *   <li>{@link #restart} answers what a killed process leaves: everything, the unsynced still
 *       unsynced.
 *   <li>{@link #failAt} makes one call fail; every call that changes something counts, so a test
 *       can go through a script once for each of its calls.
 *   <li>{@link #flip} changes a bit; {@link #setCapacity} makes the device small.
 * </ul>
 *
 * <p>Any thread may use it. Paths are absolute or not, as long as they are always written alike.
 */
public final class SimDisk implements Disk {
  private final SplittableRandom random;
  private final SimNode.Folder root;
  private final Set<Path> locks = new HashSet<>();
  private long calls;
  private long faultyCall = -1;
  private SimFault fault = SimFault.IO_ERROR;
  private long capacityBytes = Long.MAX_VALUE;
  private String struckCall = "";
  private boolean off;

  /** An empty disk. */
  public SimDisk(long seed) {
    this(new SplittableRandom(seed), new SimNode.Folder());
  }

  private SimDisk(SplittableRandom random, SimNode.Folder root) {
    this.random = random;
    this.root = root;
  }

  /** Has the call of this number fail, counted from 1 as {@link #calls} does. */
  public synchronized void failAt(long call, SimFault kind) {
    faultyCall = call;
    fault = kind;
  }

  /** Has no call fail any more. */
  public synchronized void heal() {
    faultyCall = -1;
    capacityBytes = Long.MAX_VALUE;
  }

  /** The last call that was refused, as in "sync logs/t-0/0.log"; empty before there is one. */
  public synchronized String struckCall() {
    return struckCall;
  }

  /** How many calls changed something, or tried to. */
  public synchronized long calls() {
    return calls;
  }

  /** Bounds the bytes of all files; writing beyond is a full device. */
  public synchronized void setCapacity(long bytes) {
    capacityBytes = bytes;
  }

  /** Cuts the power: this disk answers nothing any more. What is left is on the new one. */
  public synchronized SimDisk crash() {
    off = true;
    SimNode.Survival[] kinds = SimNode.Survival.values();
    // Half of all power cuts are the interesting kind.
    int kind = random.nextInt(kinds.length + 1);
    SimNode.Survival survival = kinds[Math.min(kind, kinds.length - 1)];
    return new SimDisk(random.split(), root.survivor(random, survival));
  }

  /** What is safe now, on a disk of its own; this one goes on. */
  public synchronized SimDisk synced() {
    return new SimDisk(
        new SplittableRandom(0), root.survivor(random, SimNode.Survival.NOTHING_MORE));
  }

  /** Kills the process: its handles and locks are gone; page cache, count and fault stay. */
  public synchronized SimDisk restart() {
    off = true;
    SimDisk next = new SimDisk(random.split(), root);
    next.calls = calls;
    next.faultyCall = faultyCall;
    next.fault = fault;
    next.capacityBytes = capacityBytes;
    return next;
  }

  /** Changes one bit of a file, on the device. */
  public synchronized void flip(Path file, long position, int bit) throws IOException {
    file(file).flip(position, bit);
  }

  /** Bytes of all files. */
  public synchronized long usedBytes() {
    return used(root);
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    SimNode.Folder folder = folder(parent(file));
    String name = name(file);
    if (folder.names.containsKey(name)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    begin("create " + file);
    SimBytes bytes = new SimBytes();
    folder.put(name, bytes);
    end("create " + file);
    return new Handle(file, bytes);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return new Handle(file, file(file));
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    SimNode.Folder at = root;
    for (Path part : directory) {
      SimNode next = at.names.get(part.toString());
      if (next == null) {
        begin("createDirectory " + directory);
        next = new SimNode.Folder();
        at.put(part.toString(), next);
        at.sync();
        end("createDirectory " + directory);
      }
      at = asFolder(directory, next);
    }
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    return List.copyOf(folder(directory).names.keySet());
  }

  @Override
  public synchronized boolean exists(Path path) throws IOException {
    return find(path).isPresent();
  }

  @Override
  public synchronized long sizeInBytes(Path file) throws IOException {
    return file(file).size();
  }

  @Override
  public synchronized long usableBytes(Path directory) {
    return Math.max(0, capacityBytes - used(root));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    SimNode.Folder folder = folder(parent(from));
    SimNode node = find(from).orElseThrow(() -> new NoSuchFileException(from.toString()));
    if (!parent(from).equals(parent(to))) {
      throw new IOException(from + " and " + to + " are in different folders");
    }
    begin("rename " + from);
    folder.rename(name(from), name(to), node);
    end("rename " + from);
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    Optional<SimNode> node = find(path);
    if (node.isEmpty()) {
      return;
    }
    if (node.get() instanceof SimNode.Folder folder && !folder.names.isEmpty()) {
      throw new IOException(path + ": Directory not empty");
    }
    begin("delete " + path);
    folder(parent(path)).remove(name(path));
    end("delete " + path);
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    SimNode.Folder folder = folder(directory);
    begin("syncDirectory " + directory);
    folder.sync();
    end("syncDirectory " + directory);
  }

  @Override
  public synchronized Optional<Closeable> tryLock(Path file) throws IOException {
    alive();
    return locks.add(file) ? Optional.of(() -> unlock(file)) : Optional.empty();
  }

  private synchronized void unlock(Path file) {
    locks.remove(file);
  }

  private void alive() {
    if (off) {
      throw new PowerCut("a disk that is off");
    }
  }

  /** Counts a call and has it fail before it does anything, unless the power goes in its middle. */
  private void begin(String call) throws IOException {
    alive();
    calls++;
    if (calls != faultyCall || fault == SimFault.POWER_CUT) {
      return;
    }
    if (fault == SimFault.IO_ERROR) {
      struckCall = call;
      throw new IOException(call + ": Input/output error");
    }
    if (fault == SimFault.NO_SPACE) {
      struckCall = call;
      throw new NoSpaceException(call + ": No space left on device");
    }
  }

  private void end(String call) {
    if (calls == faultyCall && fault == SimFault.POWER_CUT) {
      off = true;
      throw new PowerCut(call);
    }
  }

  private static long used(SimNode node) {
    return switch (node) {
      case SimBytes bytes -> bytes.size();
      case SimNode.Folder folder -> folder.names.values().stream().mapToLong(SimDisk::used).sum();
    };
  }

  private Optional<SimNode> find(Path path) {
    alive();
    SimNode at = root;
    for (Path part : path) {
      if (part.toString().isEmpty()) {
        continue;
      }
      if (!(at instanceof SimNode.Folder folder) || !folder.names.containsKey(part.toString())) {
        return Optional.empty();
      }
      at = folder.names.get(part.toString());
    }
    return Optional.of(at);
  }

  private SimBytes file(Path path) throws IOException {
    return switch (find(path).orElseThrow(() -> new NoSuchFileException(path.toString()))) {
      case SimBytes bytes -> bytes;
      case SimNode.Folder folder -> throw new IOException(path + ": Is a directory");
    };
  }

  private SimNode.Folder folder(Path path) throws IOException {
    return asFolder(path, find(path).orElseThrow(() -> new NoSuchFileException(path.toString())));
  }

  private static SimNode.Folder asFolder(Path path, SimNode node) throws IOException {
    return switch (node) {
      case SimBytes bytes -> throw new IOException(path + ": Not a directory");
      case SimNode.Folder folder -> folder;
    };
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /** An open file; it goes on working when the name is gone, as on a real disk. */
  private final class Handle implements DiskFile {
    private final Path path;
    private final SimBytes bytes;
    private boolean closed;

    Handle(Path path, SimBytes bytes) {
      this.path = path;
      this.bytes = bytes;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      synchronized (SimDisk.this) {
        String call = "write " + path;
        requireOpen();
        int count = source.remaining();
        boolean isShort = calls + 1 == faultyCall && fault == SimFault.SHORT_WRITE;
        if (isShort) {
          count = count / 2;
        }
        try {
          begin(call);
        } catch (NoSpaceException full) {
          throw full;
        } catch (IOException failure) {
          bytes.write(source, position, count == 0 ? 0 : random.nextInt(count));
          throw failure;
        }
        long room = capacityBytes - used(root);
        if (position + count > bytes.size() + room) {
          throw new NoSpaceException(call + ": No space left on device");
        }
        bytes.write(source, position, count);
        end(call);
        if (isShort) {
          failAt(calls + 1, SimFault.NO_SPACE);
        }
        return count;
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (SimDisk.this) {
        requireOpen();
        return bytes.read(target, position);
      }
    }

    @Override
    public long sizeInBytes() throws IOException {
      synchronized (SimDisk.this) {
        requireOpen();
        return bytes.size();
      }
    }

    @Override
    public void truncate(long sizeInBytes) throws IOException {
      synchronized (SimDisk.this) {
        requireOpen();
        begin("truncate " + path);
        bytes.truncate(sizeInBytes);
        end("truncate " + path);
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimDisk.this) {
        requireOpen();
        try {
          begin("sync " + path);
        } catch (IOException failure) {
          bytes.failSync(random);
          throw failure;
        }
        if (calls != faultyCall || fault != SimFault.POWER_CUT || random.nextBoolean()) {
          bytes.sync();
        }
        end("sync " + path);
      }
    }

    @Override
    public void close() {
      synchronized (SimDisk.this) {
        closed = true;
      }
    }

    @Override
    public String toString() {
      return path.toString();
    }

    private void requireOpen() throws IOException {
      alive();
      if (closed) {
        throw new IOException(path + " is closed");
      }
    }
  }
}
