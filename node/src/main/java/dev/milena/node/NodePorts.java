package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.naming.SettingNames.Listener;
import dev.milena.node.ports.PortCheck;
import dev.milena.node.settings.NodeSettings;

/** The ports that a node is going to open. */
final class NodePorts {
  private NodePorts() {}

  /** Tries each; a node that has no member of the quorum opens none for it. */
  static void tryAll(NodeSettings settings) throws CannotStart {
    SettingNames names = settings.names();
    PortCheck.tryToBind(settings.clients(), Listener.CLIENTS, names);
    if (settings.membership().mayVote()) {
      PortCheck.tryToBind(settings.quorum(), Listener.QUORUM, names);
    }
    PortCheck.tryToBind(settings.http(), Listener.HTTP, names);
  }
}
