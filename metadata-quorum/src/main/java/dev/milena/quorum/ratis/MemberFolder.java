package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationCodec;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.StartFacts;
import dev.milena.quorum.ratis.formation.UnreadableFormation;
import dev.milena.quorum.ratis.formation.VoterTraces;
import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member keeps beside Ratis' files: whose folder it is, under which name it votes, and the
 * quorum that it knows of. Every change is whole and on the disk when its method returns.
 *
 * <p>One thread at a time: that of the start, later that of the membership, or the one of Ratis
 * that opens a log while either waits.
 */
final class MemberFolder {
  private static final Logger log = LoggerFactory.getLogger(MemberFolder.class);
  static final String FIRST_LINE = "milena quorum 1";
  static final String DIRECTORY = "directory ";
  private static final String OPENED = "opened";
  private static final String WRITTEN = "written";

  private static final String CURRENT = "current";

  /** A leader writes the voters at the beginning of its term; searching more is not worth it. */
  private static final int FILES_SEARCHED = 2;

  /** Ratis' file for term and vote, the first that it makes. */
  static final String META_FILE = "raft-meta";

  private final QuorumSettings settings;
  private PeerName name;
  private boolean opened;
  private boolean written;

  private MemberFolder(QuorumSettings settings, PeerName name, List<String> marks) {
    this.settings = settings;
    this.name = name;
    opened = marks.contains(OPENED);
    written = marks.contains(WRITTEN);
  }

  /**
   * Claims a new folder, or checks a claimed one: without it a member would take up another
   * cluster's log as if it were its own.
   *
   * @throws ForeignStorage when it is another's, or holds data but no identity
   */
  static MemberFolder claim(QuorumSettings settings) throws IOException {
    Path file = settings.identityFile();
    if (Files.exists(file)) {
      return claimed(settings, Files.readString(file));
    }
    if (Files.exists(settings.raftFolder())) {
      throw new ForeignStorage(
          "%s holds quorum data of unknown origin: the file %s is missing"
              .formatted(settings.folder(), file.getFileName()));
    }
    Files.createDirectories(settings.folder());
    MemberFolder folder =
        new MemberFolder(settings, PeerName.of(settings.nodeId(), UUID.randomUUID()), List.of());
    folder.writeIdentity();
    return folder;
  }

  /**
   * Looks at a folder, and changes nothing in it.
   *
   * @return nothing when nobody has claimed it, or this node for another cluster in which nothing
   *     was decided yet
   * @throws ForeignStorage when it is another's
   */
  static Optional<MemberFolder> look(QuorumSettings settings) throws IOException {
    Path file = settings.identityFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String found = Files.readString(file);
    return isForClaiming(settings, found)
        ? Optional.empty()
        : Optional.of(claimed(settings, found));
  }

  /** Whether it is this node's, of another cluster, and unused. */
  private static boolean isForClaiming(QuorumSettings settings, String found) throws IOException {
    return !found.startsWith(owner(settings))
        && UnusedFolder.isOfNode(found, settings.nodeId())
        && UnusedFolder.is(settings.folder());
  }

  private static MemberFolder claimed(QuorumSettings settings, String found) throws IOException {
    String owner = owner(settings);
    if (isForClaiming(settings, found)) {
      return claimedAnew(settings, found);
    }
    if (!found.startsWith(owner)) {
      throw new ForeignStorage(
          "%s holds the quorum data of %s; this is %s: give the node its own log.dirs, or its own back"
              .formatted(settings.folder(), oneLine(found), oneLine(owner)));
    }
    return named(settings, found, found.substring(owner.length()).lines().toList());
  }

  /**
   * Nothing was decided in it, so it goes with this node to another cluster. Its name stays: by it
   * a quorum may count on this node that was formed without its having heard of that yet.
   */
  private static MemberFolder claimedAnew(QuorumSettings settings, String found)
      throws IOException {
    MemberFolder folder = named(settings, found, found.lines().skip(3).toList());
    folder.writeIdentity();
    return folder;
  }

  private static MemberFolder named(QuorumSettings settings, String found, List<String> more)
      throws ForeignStorage {
    String directory =
        more.stream()
            .filter(line -> line.startsWith(DIRECTORY))
            .map(line -> line.substring(DIRECTORY.length()))
            .findFirst()
            .orElse("");
    try {
      return new MemberFolder(settings, new PeerName(settings.nodeId(), directory), more);
    } catch (IllegalArgumentException damaged) {
      throw new ForeignStorage(
          "%s cannot be read, it says %s".formatted(settings.identityFile(), oneLine(found)));
    }
  }

  /** Under which name this member votes. */
  PeerName name() {
    return name;
  }

  /** What lies in the folder now. */
  StartFacts.Disk disk() throws IOException {
    return new StartFacts.Disk(hasLog(), opened, formation(), configuration());
  }

  /**
   * The voters as each trace of them has it, the newest first: of a log that was read only in part
   * Ratis' own note is older than the log.
   */
  VoterTraces traces() throws IOException {
    Optional<LogEntryProto> newest = newestConfiguration(logFolder().resolve(CURRENT));
    Optional<LogEntryProto> noted = notedConfiguration();
    LinkedHashSet<Formation> traces = new LinkedHashSet<>();
    newest.flatMap(entry -> voters(entry.getConfigurationEntry())).ifPresent(traces::add);
    noted.flatMap(MemberFolder::newVoters).ifPresent(traces::add);
    OptionalLong index =
        traces.isEmpty()
            ? OptionalLong.empty()
            : newest.or(() -> noted).stream().mapToLong(LogEntryProto::getIndex).findFirst();
    formation().ifPresent(traces::add);
    return new VoterTraces(List.copyOf(traces), index);
  }

  private static Optional<LogEntryProto> newestConfiguration(Path current) throws IOException {
    for (LogFile file : LogFile.newestFirst(current).stream().limit(FILES_SEARCHED).toList()) {
      Optional<LogEntryProto> found = LogTail.configuration(file.path());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Those of before a change that is not done yet may be the ones that answer: all of them. */
  private static Optional<Formation> voters(RaftConfigurationProto configuration) {
    List<RaftPeerProto> all = new ArrayList<>(configuration.getPeersList());
    for (RaftPeerProto old : configuration.getOldPeersList()) {
      if (all.stream().noneMatch(peer -> peer.getId().equals(old.getId()))) {
        all.add(old);
      }
    }
    return RatisPeers.formation(ProtoUtils.toRaftPeers(all));
  }

  /**
   * Ratis makes a log anew, term and vote too, where it finds the folder and nothing in it: the
   * member would vote a second time, and as one that never acknowledged anything.
   */
  private boolean hasLog() throws IOException {
    return Files.exists(logFolder().resolve(CURRENT).resolve(META_FILE))
        && (!written || holds(CURRENT, "log_") || holds("sm", "cp-"));
  }

  private boolean holds(String folder, String prefix) throws IOException {
    Path path = logFolder().resolve(folder);
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
    }
  }

  /** The quorum that this node knows of. */
  Optional<Formation> formation() throws IOException {
    Path file = settings.formationFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(FormationCodec.formation(settings.clusterId(), Files.readString(file)));
    } catch (IOException damaged) {
      throw new IOException("%s cannot be used: %s".formatted(file, damaged.getMessage()), damaged);
    }
  }

  /** How far the voters' logs have been, as was noted last; nothing if that cannot be read. */
  SortedMap<PeerName, LastEntry> reached() throws IOException {
    Path file = settings.reachedFile();
    if (!Files.exists(file)) {
      return new TreeMap<>();
    }
    try {
      return FormationCodec.reached(settings.clusterId(), Files.readString(file));
    } catch (UnreadableFormation | CharacterCodingException damaged) {
      // Nothing in it is needed: the other voters are asked too.
      log.atWarn()
          .setCause(damaged)
          .addKeyValue("file", file)
          .log("how far the voters' logs have been cannot be read, and is written anew");
      return new TreeMap<>();
    }
  }

  /** Notes how far the voters' logs have been. */
  void write(SortedMap<PeerName, LastEntry> reached) throws IOException {
    write(settings.reachedFile(), FormationCodec.reached(settings.clusterId(), reached));
  }

  /** What was noted of voters is of a quorum that this node has left. */
  void forgetReached() throws IOException {
    if (Files.deleteIfExists(settings.reachedFile())) {
      SnapshotFiles.force(settings.folder());
    }
  }

  /** Notes the quorum; from now on this node forms none. */
  void write(Formation formation) throws IOException {
    write(settings.formationFile(), FormationCodec.formation(settings.clusterId(), formation));
  }

  /** Notes that a log was begun under this name: if it is missing later, it was lost. */
  void markOpened() throws IOException {
    forceFolders();
    if (!opened) {
      opened = true;
      writeIdentity();
    }
  }

  /** Notes that the log under this name held an entry: if it is empty later, that was lost. */
  void markWritten() throws IOException {
    if (!written) {
      forceFolders();
      written = true;
      writeIdentity();
    }
  }

  /**
   * Puts the names of Ratis' first files on the disk, which Ratis does not: its files are synced,
   * and a power cut could take them all the same.
   */
  private void forceFolders() throws IOException {
    for (Path path :
        List.of(
            logFolder().resolve(CURRENT), logFolder(), settings.raftFolder(), settings.folder())) {
      SnapshotFiles.force(path);
    }
  }

  /**
   * Takes leave of the quorum: this node has no vote in it, and a new name. Its log is moved aside,
   * in the place of the one that was moved there before.
   *
   * <p>Cut off at any point it leaves no old name with an empty log, which could vote twice.
   *
   * @param others the voters as far as is known
   */
  void leave(Optional<Formation> others) throws IOException {
    if (others.isPresent()) {
      write(others.get());
    }
    name = PeerName.of(settings.nodeId(), UUID.randomUUID());
    opened = false;
    written = false;
    writeIdentity();
    forgetReached();
    SnapshotFiles.delete(settings.removedFolder());
    Files.createDirectories(settings.removedFolder());
    if (Files.isDirectory(logFolder())) {
      Files.move(
          logFolder(),
          settings.removedFolder().resolve(logFolder().getFileName()),
          StandardCopyOption.ATOMIC_MOVE);
      SnapshotFiles.force(settings.raftFolder());
    }
    SnapshotFiles.force(settings.folder());
  }

  /** The voters as Ratis has written them beside its log; they may be older than those in it. */
  private Optional<Formation> configuration() throws IOException {
    return notedConfiguration().flatMap(MemberFolder::newVoters);
  }

  private Optional<LogEntryProto> notedConfiguration() throws IOException {
    Path file = logFolder().resolve(CURRENT).resolve(META_FILE + ".conf");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      return Optional.of(LogEntryProto.parseFrom(bytes));
    }
  }

  private static Optional<Formation> newVoters(LogEntryProto entry) {
    return RatisPeers.formation(
        ProtoUtils.toRaftPeers(entry.getConfigurationEntry().getPeersList()));
  }

  private Path logFolder() {
    return settings.raftFolder().resolve(settings.groupId().toString());
  }

  private void writeIdentity() throws IOException {
    String directory = name.directory().isEmpty() ? "" : DIRECTORY + name.directory() + "\n";
    String marks = (opened ? OPENED + "\n" : "") + (written ? WRITTEN + "\n" : "");
    write(settings.identityFile(), owner(settings) + directory + marks);
  }

  private void write(Path file, String text) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(written, text);
    SnapshotFiles.force(written);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    SnapshotFiles.force(settings.folder());
  }

  private static String owner(QuorumSettings settings) {
    // not formatted: a machine's locale may have digits of its own
    return FIRST_LINE + "\ncluster " + settings.clusterId() + "\nnode " + settings.nodeId() + "\n";
  }

  private static String oneLine(String text) {
    String rest = text.replaceFirst("^" + FIRST_LINE + "\n", "");
    String line = rest.strip().replace('\n', ' ');
    return line.length() <= 200 ? line : line.substring(0, 200);
  }
}
