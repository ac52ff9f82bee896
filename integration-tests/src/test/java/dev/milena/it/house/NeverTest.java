package dev.milena.it.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The "never" list of the house, a test a line. Every test also says how many classes it must have
 * looked at, because a rule over nothing passes.
 */
class NeverTest {
  private static final JavaClasses ALL = House.atLeast(150, House.all());

  /** The house's own packages a module may see, besides its own. */
  private static final Map<String, Set<String>> MAY_SEE =
      new TreeMap<>(
          Map.of(
              "records", Set.of(),
              "replication", Set.of(),
              "metadata", Set.of("proto"),
              "log", Set.of("records"),
              "quorum", Set.of("proto", "metadata"),
              "broker", Set.of("proto", "records", "metadata", "log", "replication"),
              "client", Set.of("proto", "records"),
              "cli", Set.of("client"),
              "node", Set.of("broker", "quorum", "metadata", "log", "records", "replication")));

  @Test
  void modulesSeeOnlyWhatStandsBelowThem() {
    for (var entry : MAY_SEE.entrySet()) {
      Set<String> allowed = new TreeSet<>(entry.getValue());
      allowed.add(entry.getKey());
      DescribedPredicate<JavaClass> outside =
          DescribedPredicate.describe(
              "are of another room than " + allowed,
              c ->
                  c.getPackageName().startsWith("dev.milena.")
                      && !allowed.contains(c.getPackageName().split("\\.")[2]));
      noClasses()
          .that()
          .resideInAPackage("dev.milena." + entry.getKey() + "..")
          .should()
          .dependOnClassesThat(outside)
          .check(ALL);
    }
  }

  @Test
  void logEngineKnowsNoNetworkAndNoCluster() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.grpc..",
                "io.netty..",
                "com.google.protobuf..",
                "org.apache.ratis..",
                "java.net.."))
        .check(House.atLeast(25, House.module("log-engine")));
  }

  @Test
  void replicationAndMetadataSeeNoIoClockThreadLockRandomnessOrLogger() {
    DescribedPredicate<JavaClass> impure =
        resideInAnyPackage(
                "java.io..",
                "java.nio.file..",
                "java.nio.channels..",
                "java.net..",
                "java.util.concurrent..",
                "java.util.random..",
                "java.time..",
                "org.slf4j..",
                "java.util.logging..")
            .or(
                DescribedPredicate.describe(
                    "are a clock, a thread or chance",
                    c ->
                        Set.of(
                                "java.lang.Thread",
                                "java.util.Random",
                                "java.util.SplittableRandom",
                                "java.security.SecureRandom",
                                "java.util.Timer")
                            .contains(c.getName())));
    for (String module : List.of("replication", "metadata")) {
      JavaClasses looked = House.atLeast(module.equals("metadata") ? 30 : 10, House.module(module));
      noClasses()
          .that(not(resideInAPackage("dev.milena.metadata.codec..")))
          .should()
          .dependOnClassesThat(impure)
          .check(looked);
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .check(looked);
    }
  }

  @Test
  void replicatedStateUsesNoSaltedOrHashOrder() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.(HashMap|HashSet|LinkedHashMap|LinkedHashSet|IdentityHashMap|WeakHashMap)")
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "make a map or set of salted order",
                call ->
                    Set.of("java.util.Map", "java.util.Set")
                            .contains(call.getTargetOwner().getName())
                        && Set.of("of", "copyOf", "ofEntries").contains(call.getName())))
        .check(House.atLeast(30, House.module("metadata")));
  }

  @Test
  void ratisIsSeenOnlyByItsPackage() {
    onlyIn("org.apache.ratis..", "dev.milena.quorum.ratis..");
  }

  @Test
  void rocksDbIsSeenOnlyByItsPackage() {
    onlyIn("org.rocksdb..", "dev.milena.quorum.store..");
  }

  @Test
  void kafkasClassesAreSeenOnlyByTheKafkaDoor() {
    onlyIn("org.apache.kafka..", "dev.milena.broker.door.kafka..");
  }

  @Test
  void grpcAndProtobufAreSeenOnlyByGrpcAndCodecPackagesAndTheClient() {
    onlyIn("io.grpc..", "..grpc..", "dev.milena.client..", "dev.milena.broker.connection..");
    onlyIn("com.google.protobuf..", "..grpc..", "..codec..", "dev.milena.client..");
    onlyIn("dev.milena.proto..", "..grpc..", "..codec..", "dev.milena.client..");
  }

  @Test
  void nettyIsSeenOnlyWhereConnectionsLive() {
    onlyIn(
        "io.netty..",
        "dev.milena.broker.connection..",
        "dev.milena.client.connection..",
        "dev.milena.quorum.grpc.connection..");
  }

  @Test
  void picocliIsSeenOnlyByTheTwoMains() {
    onlyIn("picocli..", "dev.milena.cli..", "dev.milena.node..");
  }

  @Test
  void brokerCoreDependsOnNoDoor() {
    noClasses()
        .that()
        .resideInAPackage("dev.milena.broker.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.milena.broker.door..", "dev.milena.broker.connection..")
        .check(House.atLeast(25, House.module("broker")));
  }

  @Test
  void doorsSeeNeitherReplicationNorTheLogButItsSlice() {
    DescribedPredicate<JavaClass> hidden =
        resideInAPackage("dev.milena.replication..")
            .or(
                resideInAPackage("dev.milena.log..")
                    .and(
                        DescribedPredicate.describe(
                            "are not LogSlice", c -> !c.getSimpleName().equals("LogSlice"))));
    noClasses()
        .that()
        .resideInAPackage("dev.milena.broker.door..")
        .should()
        .dependOnClassesThat(hidden)
        .check(House.atLeast(25, House.module("broker")));
  }

  @Test
  void doorsDoNotSeeEachOther() {
    SlicesRuleDefinition.slices()
        .matching("dev.milena.broker.door.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(House.atLeast(25, House.module("broker")));
  }

  @Test
  void concreteDisksServersAndSocketsAreConstructedOnlyInWiring() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Wiring")
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "construct concrete I/O",
                call ->
                    Set.of("JdkDisk", "ClientPort", "GrpcDoor")
                        .contains(call.getTargetOwner().getSimpleName())))
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "open concrete I/O",
                call ->
                    Set.of(
                                "com.sun.net.httpserver.HttpServer",
                                "java.nio.channels.ServerSocketChannel")
                            .contains(call.getTargetOwner().getName())
                        && Set.of("create", "open").contains(call.getName())))
        .check(ALL);
  }

  @Test
  void logEngineTouchesFilesOnlyThroughItsDisk() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.JdkDisk.*")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File|RandomAccessFile|File.*Stream|FileReader|FileWriter)|java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.FileChannel|java\\.nio\\.MappedByteBuffer")
        .check(House.atLeast(25, House.module("log-engine")));
  }

  @Test
  void nobodyMapsFilesIntoMemory() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.MappedByteBuffer")
        .check(ALL);
  }

  @Test
  void nobodyDeserializesJavaObjectsOrNamesClassesRemotely() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .check(ALL);
  }

  @Test
  void namesSayWhatAThingIs() {
    String banned = "util|utils|common|helper|helpers|misc|base|shared|impl|internal|manager";
    classes()
        .should()
        .haveNameNotMatching("dev\\.milena\\.(.*\\.)?(" + banned + ")\\..*")
        .andShould()
        .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Base)(\\$.*)?")
        .check(ALL);
  }

  @Test
  void packagesFormNoCycles() {
    SlicesRuleDefinition.slices().matching("dev.milena.(**)").should().beFreeOfCycles().check(ALL);
  }

  private static void onlyIn(String guarded, String... homes) {
    noClasses()
        .that(not(resideInAnyPackage(homes)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(guarded)
        .check(ALL);
  }
}
