/** Kafka v2 record batches as bytes: headers, records, compression, checksums, the partitioner. */
@NullMarked
package dev.milena.records;

import org.jspecify.annotations.NullMarked;
