package dev.milena.it.network;

import dev.milena.it.process.Tool;
import dev.milena.it.process.Tool.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of several {@link Hosts}: a network namespace with an address, a name that the others know,
 * and that name's first part as its own host name.
 *
 * <p>Every method may be called from any thread. What is cut, pulled out or hidden stays so until
 * it is healed, plugged in or shown, also for what starts later.
 */
public final class Host {
  private final Hosts hosts;
  private final String namespace;
  private final String name;

  Host(Hosts hosts, String namespace, String name) {
    this.hosts = hosts;
    this.namespace = namespace;
    this.name = name;
  }

  /** The full name that the other hosts know it by. */
  public String name() {
    return name;
  }

  /** What it calls itself: the name up to the first dot. */
  public String hostname() {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Its address at present; {@link #move} gives it another. */
  public String address() {
    return hosts.addressOf(this);
  }

  /**
   * The command as it is to be started from outside. Every step becomes the next by exec, so that
   * the process that is started is the command's own and gets its signals.
   */
  public List<String> command(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of("unshare", "--uts", "--", "sh", "-c"));
    all.add("echo \"$0\" >/proc/sys/kernel/hostname && exec \"$@\"");
    all.add(hostname());
    all.addAll(List.of(command));
    return all;
  }

  /** Runs a command to its end, with {@link Tool}'s deadline. */
  public Ended run(String... command) throws IOException, InterruptedException {
    return Tool.run(command(command), Map.of(), Path.of("/dev/null"));
  }

  /** From now on no packet passes between the two, either way; nobody is told. */
  public void cut(Host other) throws IOException, InterruptedException {
    hosts.cut(this, other);
    hosts.cut(other, this);
  }

  /** From now on no packet of this host reaches the other; those of the other still come. */
  public void cutOneWay(Host other) throws IOException, InterruptedException {
    hosts.cut(this, other);
  }

  /** From now on so many of a hundred packets that arrive here are lost. */
  public void lose(int percent) throws IOException, InterruptedException {
    hosts.lose(this, percent);
  }

  /** From now on larger packets do not arrive here. */
  public void loseLarge(int bytes) throws IOException, InterruptedException {
    hosts.loseLarge(this, bytes);
  }

  /** From now on no more than this comes or goes in a second. */
  public void narrow(int kbit) throws IOException, InterruptedException {
    hosts.narrow(this, kbit);
  }

  /** From now on its cable is out, and in again, for so long each time. */
  public void flap(int halfMs) throws IOException, InterruptedException {
    hosts.flap(this, halfMs);
  }

  /** Undoes every cut from or to this host, and what is wrong with its link, and plugs it in. */
  public void heal() throws IOException, InterruptedException {
    hosts.heal(this);
    plug();
  }

  /** Pulls the cable out at the far end: nothing comes or goes, to or from anybody. */
  public void unplug() throws IOException, InterruptedException {
    hosts.setCable(this, "down");
  }

  /** Puts the cable back. */
  public void plug() throws IOException, InterruptedException {
    hosts.setCable(this, "up");
  }

  /** From now on the others cannot resolve its name; it knows its own still. */
  public void hideName() throws IOException {
    hosts.setHidden(this, true);
  }

  /** From now on the others can resolve its name. */
  public void showName() throws IOException {
    hosts.setHidden(this, false);
  }

  /**
   * Gives it an address that nobody had before, as a pod has that starts anew on another machine;
   * its name stands for the new one. Cuts stay.
   */
  public void move() throws IOException, InterruptedException {
    hosts.move(this);
  }

  String namespace() {
    return namespace;
  }

  @Override
  public String toString() {
    return name;
  }
}
