package dev.milena.simulation;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Passes calls on to a disk and notes in which folders a sync or a write has failed for good, so
 * that an acknowledgement after it is seen (I11). It also plays the bugs that lie at the disk.
 */
public final class WatchedDisk extends PassingDisk {
  private final Bug bug;
  private final Set<String> failedFolders = new TreeSet<>();
  private int reads;

  /** Watches a disk. */
  public WatchedDisk(Disk disk, Bug bug) {
    super(disk);
    this.bug = bug;
  }

  /** Whether something final has failed in a folder of this name. */
  public boolean hasFailed(String folder) {
    return failedFolders.contains(folder);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return new WatchedFile(file, super.create(file));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new WatchedFile(file, super.open(file));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (bug != Bug.FORGOTTEN_FOLDER_FSYNC) {
      super.syncDirectory(directory);
    }
  }

  private void failed(Path file) {
    Path folder = file.getParent();
    if (folder != null && folder.getFileName() != null) {
      failedFolders.add(folder.getFileName().toString());
    }
  }

  private final class WatchedFile extends PassingFile {
    private final Path path;

    WatchedFile(Path path, DiskFile file) {
      super(file);
      this.path = path;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      try {
        return super.write(source, position);
      } catch (NoSpaceException full) {
        throw full;
      } catch (IOException failure) {
        if (isLog()) {
          failed(path);
        }
        throw failure;
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      boolean wrong = bug == Bug.REUSED_BUFFER && isLog() && ++reads % 97 == 0 && position > 0;
      return super.read(target, wrong ? 0 : position);
    }

    @Override
    public void sync() throws IOException {
      if (bug == Bug.FORGOTTEN_FSYNC && isLog()) {
        return;
      }
      try {
        super.sync();
      } catch (IOException failure) {
        if (isLog()) {
          failed(path);
        }
        throw failure;
      }
    }

    private boolean isLog() {
      return path.toString().endsWith(".log");
    }
  }
}
