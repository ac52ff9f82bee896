package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.FormationCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** The one method of ours on the quorum's port: bytes there, bytes back, both bounded. */
final class IntroductionMethod {
  static final String SERVICE = "milena.quorum.v1.Formation";

  static final MethodDescriptor<byte[], byte[]> INTRODUCE =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Introduce"))
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private IntroductionMethod() {}

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        byte[] bytes = stream.readNBytes(FormationCodec.MAX_BYTES + 1);
        if (bytes.length > FormationCodec.MAX_BYTES) {
          throw Status.RESOURCE_EXHAUSTED
              .withDescription("an introduction has at most " + FormationCodec.MAX_BYTES + " bytes")
              .asRuntimeException();
        }
        return bytes;
      } catch (IOException failure) {
        throw Status.INTERNAL.withCause(failure).asRuntimeException();
      }
    }
  }
}
