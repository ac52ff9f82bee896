package dev.milena.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a broker's answers with one copy of the batches: from the network's buffers into an array
 * of the right size, which the answer then looks into. gRPC's own reader copies them twice.
 */
final class FetchAnswers implements MethodDescriptor.Marshaller<FetchResponse> {
  private static final MethodDescriptor<FetchRequest, FetchResponse> METHOD =
      FetchServiceGrpc.getFetchStreamMethod();

  private FetchAnswers() {}

  /** FetchStream, with this way of reading. */
  static MethodDescriptor<FetchRequest, FetchResponse> streamMethod() {
    return METHOD.toBuilder(METHOD.getRequestMarshaller(), new FetchAnswers()).build();
  }

  @Override
  public InputStream stream(FetchResponse answer) {
    return METHOD.streamResponse(answer);
  }

  @Override
  public FetchResponse parse(InputStream in) {
    try {
      byte[] all = in instanceof KnownLength ? known(in) : in.readAllBytes();
      // bytes that are known never to change may be looked into; nobody else has this array
      CodedInputStream fields = UnsafeByteOperations.unsafeWrap(all).newCodedInput();
      fields.enableAliasing(true);
      FetchResponse answer = FetchResponse.parseFrom(fields);
      fields.checkLastTagWas(0);
      return answer;
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("an answer that is no FetchResponse")
          .withCause(e)
          .asRuntimeException();
    }
  }

  private static byte[] known(InputStream in) throws IOException {
    // not readNBytes(length), which gathers pieces of 16 KiB and copies them once more
    byte[] all = new byte[in.available()];
    if (in.readNBytes(all, 0, all.length) < all.length) {
      throw new EOFException("an answer ends before its length");
    }
    return all;
  }
}
