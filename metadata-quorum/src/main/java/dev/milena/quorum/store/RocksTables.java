package dev.milena.quorum.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The native objects of one open database: to be closed together, in this order, exactly once.
 *
 * <p>RocksDB's own write-ahead log is off: the quorum's log is the write-ahead log, and the
 * database is cloned from a snapshot at every start.
 */
final class RocksTables implements AutoCloseable {
  private static final long BLOCK_CACHE_BYTES = 8L << 20;
  private static final long WRITE_BUFFER_BYTES = 8L << 20;
  private static final int MAX_OPEN_FILES = 128;

  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final LRUCache cache;
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final WriteOptions writeOptions;
  private final RocksDB db;

  RocksTables(Path folder) throws RocksDBException {
    options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setParanoidChecks(true)
            .setAvoidFlushDuringShutdown(true)
            .setMaxOpenFiles(MAX_OPEN_FILES)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2);
    cache = new LRUCache(BLOCK_CACHE_BYTES);
    familyOptions =
        new ColumnFamilyOptions()
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
    writeOptions = new WriteOptions().setDisableWAL(true);
    try {
      db = RocksDB.open(options, folder.toString(), descriptors(), families);
    } catch (RocksDBException failure) {
      closeOptions();
      throw failure;
    }
  }

  private List<ColumnFamilyDescriptor> descriptors() {
    return List.of(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
        new ColumnFamilyDescriptor("rows".getBytes(StandardCharsets.US_ASCII), familyOptions),
        new ColumnFamilyDescriptor("journal".getBytes(StandardCharsets.US_ASCII), familyOptions));
  }

  RocksDB db() {
    return db;
  }

  WriteOptions writeOptions() {
    return writeOptions;
  }

  /** One row: the head. */
  ColumnFamilyHandle head() {
    return families.get(0);
  }

  /** The replicated state. */
  ColumnFamilyHandle rows() {
    return families.get(1);
  }

  /** Steps by index. */
  ColumnFamilyHandle journal() {
    return families.get(2);
  }

  List<ColumnFamilyHandle> families() {
    return families;
  }

  @Override
  public void close() {
    families.forEach(ColumnFamilyHandle::close);
    db.close();
    closeOptions();
  }

  private void closeOptions() {
    writeOptions.close();
    familyOptions.close();
    cache.close();
    options.close();
  }
}
