package dev.milena.quorum.ratis;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis' gRPC with a {@link PromptAppender} on the one side and {@link SnapshotArrivals} on the
 * other. Ratis makes it by its name.
 */
public final class PromptRpc implements RpcType {
  /** For Ratis, which looks for a constructor without parameters. */
  public PromptRpc() {}

  @Override
  public String name() {
    return PromptRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new GrpcFactory(parameters) {
      @Override
      public GrpcServices newRaftServerRpc(RaftServer server) {
        GrpcServices.Customizer ours = GrpcConfigKeys.Server.servicesCustomizer(parameters);
        Parameters checked = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(
            checked,
            (builder, types) ->
                ours.customize(builder.intercept(new SnapshotArrivals(server)), types));
        return new GrpcFactory(checked).newRaftServerRpc(server);
      }

      @Override
      public LogAppender newLogAppender(
          RaftServer.Division server, LeaderState state, FollowerInfo follower) {
        return new PromptAppender(server, state, follower);
      }
    };
  }
}
