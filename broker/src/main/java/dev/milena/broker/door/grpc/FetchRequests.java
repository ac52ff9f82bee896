package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchCall.Bounds;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.LogPlace;

/** Requests of FetchService as calls of the core. */
final class FetchRequests {
  private static final int DEFAULT_MAX_BYTES = 1 << 20;

  private FetchRequests() {}

  /**
   * A fetch.
   *
   * @param defaultWaitMs what a wait of 0 means
   */
  static FetchCall fetch(FetchRequest request, Caller caller, int defaultWaitMs)
      throws RequestRefused {
    int maxBytes = RequestChecks.between("max_bytes", request.getMaxBytes(), Bounds.MAX_BYTES);
    maxBytes = maxBytes == 0 ? DEFAULT_MAX_BYTES : maxBytes;
    int minBytes = RequestChecks.between("min_bytes", request.getMinBytes(), maxBytes);
    int waitMs = RequestChecks.timeoutMs("max_wait_ms", request.getMaxWaitMs(), defaultWaitMs);
    return new FetchCall(
        caller,
        RequestChecks.partition(request.getTopic(), request.getPartition()),
        start(request),
        form(request),
        new Bounds(Math.max(1, minBytes), maxBytes, waitMs));
  }

  static OffsetsCall offsets(ListOffsetsRequest request, Caller caller) throws RequestRefused {
    FetchStart at =
        switch (request.getAtCase()) {
          case PLACE -> place(request.getPlace());
          case TIMESTAMP_MS -> new FetchStart.AtTime(request.getTimestampMs());
          case AT_NOT_SET -> throw RequestRefused.invalid("set place or timestamp_ms");
        };
    return new OffsetsCall(
        caller, RequestChecks.partition(request.getTopic(), request.getPartition()), at);
  }

  private static FetchStart start(FetchRequest request) throws RequestRefused {
    return switch (request.getStartCase()) {
      case OFFSET -> offset(request.getOffset());
      case TIMESTAMP_MS -> new FetchStart.AtTime(request.getTimestampMs());
      case PLACE -> place(request.getPlace());
      case START_NOT_SET -> new FetchStart.AtEarliest();
    };
  }

  private static FetchStart offset(long offset) throws RequestRefused {
    if (offset < 0) {
      throw RequestRefused.invalid("offsets count from 0, got " + offset);
    }
    return new FetchStart.AtOffset(offset);
  }

  private static FetchStart place(LogPlace place) throws RequestRefused {
    return switch (place) {
      case LOG_PLACE_UNSPECIFIED, EARLIEST -> new FetchStart.AtEarliest();
      case LATEST -> new FetchStart.AtLatest();
      case UNRECOGNIZED -> throw RequestRefused.invalid("there is no such place in a log");
    };
  }

  private static FetchCall.FetchForm form(FetchRequest request) throws RequestRefused {
    FetchForm form = request.getForm();
    return switch (form) {
      case FETCH_FORM_UNSPECIFIED, FETCH_FORM_RECORDS -> FetchCall.FetchForm.RECORDS;
      case FETCH_FORM_BATCHES -> FetchCall.FetchForm.BATCHES;
      case UNRECOGNIZED ->
          throw RequestRefused.invalid("there is no form of number " + request.getFormValue());
    };
  }
}
