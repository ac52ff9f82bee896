package dev.milena.it.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.milena.it.process.Checkout;
import dev.milena.it.process.Tool;
import dev.milena.node.http.HealthHandler;
import dev.milena.node.http.Readiness;
import dev.milena.node.settings.Setting;
import dev.milena.node.settings.SettingsCatalog;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** The Kubernetes manifests fit the API, each other, the image and the node. */
class ManifestsTest {
  private static final Path DEPLOY = Checkout.root().resolve("deploy");
  private static final String CLUSTER_ID = "q1Sh-9_ISia_zwGINzRvyQ";
  private static final String ZONE = "topology.kubernetes.io/zone";

  private Pods pods = new Pods(new Manifests(List.of()), "");
  private Container container = new Container();

  @BeforeEach
  void read() throws IOException {
    pods = new Pods(Manifests.ours(), "events");
    container = pods.container();
  }

  @Test
  void everyFileIsReadAndEveryObjectHasAName() {
    List<String> read =
        pods.manifests().objects().stream()
            .map(object -> object.getKind() + " " + object.getMetadata().getName())
            .sorted()
            .toList();
    assertEquals(
        List.of(
            "ConfigMap milena",
            "PodDisruptionBudget milena",
            "Service milena",
            "Service milena-nodes",
            "StatefulSet milena"),
        read);
  }

  /** A slip of the pen: what is right, what is written instead, and the field it makes. */
  private record Slip(String right, String wrong, String field) {
    static Slip of(String right, String wrong) {
      return new Slip(right + ":", wrong + ":", wrong);
    }
  }

  /** Each is a field that is easily misspelt, or put in the wrong place. */
  @Test
  void aFieldThatTheApiDoesNotHaveIsFound() throws IOException {
    List<Slip> slips =
        List.of(
            Slip.of("podManagementPolicy", "podManagmentPolicy"),
            Slip.of("publishNotReadyAddresses", "publishNotReadyAddress"),
            Slip.of("maxUnavailable", "maxUnavailabe"),
            Slip.of("failureThreshold", "failureTreshold"),
            Slip.of("readOnlyRootFilesystem", "readOnlyRootFileSystem"),
            Slip.of("whenUnsatisfiable", "whenUnsatisfyable"),
            Slip.of("fieldPath", "fieldpath"),
            Slip.of("mountPath", "mountpath"),
            new Slip("storage: 10Gi\n", "storage: 10Gi\n      storageClass: a\n", "storageClass"),
            new Slip("milena\ndata:", "milena\nimmutabel: true\ndata:", "immutabel"));
    String all = text();
    for (Slip slip : slips) {
      assertTrue(all.contains(slip.right()), slip.right());
      String broken = all.replace(slip.right(), slip.wrong());
      UnrecognizedPropertyException found =
          assertThrows(
              UnrecognizedPropertyException.class, () -> Manifests.parse(broken), slip.wrong());
      assertEquals(slip.field(), found.getPropertyName());
    }
  }

  @Test
  void aFieldThatStandsThereTwiceIsFound() throws IOException {
    String twice = text().replace("  replicas: 3\n", "  replicas: 3\n  replicas: 5\n");
    assertThrows(JacksonException.class, () -> Manifests.parse(twice));
  }

  @Test
  void theServiceOfTheNamesGivesThemBeforeAnyPodIsReady() {
    Service nodes = pods.manifests().named(Service.class, pods.set().getSpec().getServiceName());
    assertEquals("None", nodes.getSpec().getClusterIP());
    assertTrue(nodes.getSpec().getPublishNotReadyAddresses());
    assertEquals("Parallel", pods.set().getSpec().getPodManagementPolicy());
  }

  @Test
  void everySelectorFindsThePodsAndNothingElse() {
    PodTemplateSpec template = pods.set().getSpec().getTemplate();
    List<Map<String, String>> selectors = new ArrayList<>();
    selectors.add(pods.set().getSpec().getSelector().getMatchLabels());
    for (Service service : pods.manifests().all(Service.class)) {
      selectors.add(service.getSpec().getSelector());
    }
    selectors.add(
        pods.manifests().only(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels());
    for (TopologySpreadConstraint spread : template.getSpec().getTopologySpreadConstraints()) {
      selectors.add(spread.getLabelSelector().getMatchLabels());
    }
    assertEquals(6, selectors.size());
    for (Map<String, String> selector : selectors) {
      assertEquals(template.getMetadata().getLabels(), selector);
    }
  }

  @Test
  void onePodAtMostIsAwayOnPurposeAndNoTwoShareAMachine() {
    PodDisruptionBudget budget = pods.manifests().only(PodDisruptionBudget.class);
    assertEquals(1, budget.getSpec().getMaxUnavailable().getIntVal());
    TopologySpreadConstraint machines =
        pods.set().getSpec().getTemplate().getSpec().getTopologySpreadConstraints().getFirst();
    assertEquals("kubernetes.io/hostname", machines.getTopologyKey());
    assertEquals("DoNotSchedule", machines.getWhenUnsatisfiable());
    assertEquals(1, machines.getMaxSkew());
  }

  @Test
  void portsAreThoseThatTheSettingsOpenAndServicesMeetThemByName() throws IOException {
    SortedMap<String, Integer> open = new TreeMap<>();
    for (ContainerPort port : container.getPorts()) {
      open.put(port.getName(), port.getContainerPort());
    }
    Properties settings = settings();
    assertEquals(
        Map.of(
            "clients", port(settings, "listeners"),
            "quorum", port(settings, "quorum.listener"),
            "http", port(settings, "http.listener")),
        open);
    for (Service service : pods.manifests().all(Service.class)) {
      for (ServicePort port : service.getSpec().getPorts()) {
        assertEquals(port.getName(), port.getTargetPort().getStrVal());
        assertEquals(open.get(port.getName()), port.getPort());
      }
    }
    assertEquals(
        List.of("clients"),
        pods.manifests().named(Service.class, "milena").getSpec().getPorts().stream()
            .map(ServicePort::getName)
            .toList());
  }

  @Test
  void probesAskWhatTheNodeAnswersAndLivenessDoesNotAskTheQuorum() throws Exception {
    assertEquals("/livez", probed(container.getStartupProbe()));
    assertEquals("/livez", probed(container.getLivenessProbe()));
    assertEquals("/readyz", probed(container.getReadinessProbe()));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      server.createContext("/", new HealthHandler(() -> Readiness.STARTING));
      server.start();
      assertEquals(200, status(server, probed(container.getLivenessProbe())));
      assertEquals(503, status(server, probed(container.getReadinessProbe())));
      assertEquals(404, status(server, "/healthz"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void everyMountHasItsVolumeAndTheDataIsOnAClaim() throws IOException {
    PodSpec spec = pods.set().getSpec().getTemplate().getSpec();
    List<String> claims =
        pods.set().getSpec().getVolumeClaimTemplates().stream()
            .map(claim -> claim.getMetadata().getName())
            .toList();
    SortedMap<String, String> mounts = new TreeMap<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      mounts.put(mount.getName(), mount.getMountPath());
    }
    TreeSet<String> volumes = new TreeSet<>(claims);
    spec.getVolumes().forEach(volume -> volumes.add(volume.getName()));
    assertEquals(volumes, mounts.keySet());
    assertEquals(List.of("data"), claims);

    Dockerfile.Stage image = Dockerfile.ours().image();
    assertEquals(image.last("VOLUME").orElseThrow(), mounts.get("data"));
    assertTrue(settings().getProperty("log.dirs").startsWith(mounts.get("data") + "/"));
    assertEquals("milena", spec.getVolumes().getFirst().getConfigMap().getName());
    String entrypoint = Files.readString(DEPLOY.resolve("container/entrypoint.sh"));
    assertTrue(entrypoint.contains(" start " + mounts.get("settings") + "/node.properties "));
  }

  @Test
  void aPodIsTheImagesUserAndWritesOnlyToItsVolumes() throws IOException {
    PodSpec spec = pods.set().getSpec().getTemplate().getSpec();
    String user = Dockerfile.ours().image().last("USER").orElseThrow();
    assertEquals(
        user,
        spec.getSecurityContext().getRunAsUser() + ":" + spec.getSecurityContext().getRunAsGroup());
    assertTrue(user.endsWith(":" + spec.getSecurityContext().getFsGroup()));
    assertTrue(spec.getSecurityContext().getRunAsNonRoot());
    assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
    assertFalse(container.getSecurityContext().getAllowPrivilegeEscalation());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertFalse(spec.getAutomountServiceAccountToken());
    assertFalse(spec.getEnableServiceLinks());
  }

  /** What systemd gives a node to stop in order is the least that Kubernetes may give it. */
  @Test
  void aPodHasTimeToStopInOrder() throws IOException {
    Matcher unit =
        Pattern.compile("TimeoutStopSec=(\\d+)")
            .matcher(Files.readString(DEPLOY.resolve("systemd/milena.service")));
    assertTrue(unit.find());
    long grace = pods.set().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
    assertTrue(grace >= Long.parseLong(unit.group(1)), grace + " s");
  }

  @Test
  void theVotersAreThePodsByTheirFullNames() throws IOException {
    List<String> names = pods.fullNames();
    assertEquals("milena-0.milena-nodes.events.svc.cluster.local", names.getFirst());
    List<String> voters = new ArrayList<>();
    for (int ordinal = 0; ordinal < names.size(); ordinal++) {
      voters.add(
          "%s@%s:%s"
              .formatted(ordinal + 1, names.get(ordinal), port(settings(), "quorum.listener")));
    }
    for (int ordinal = 0; ordinal < names.size(); ordinal++) {
      SortedMap<String, String> environment =
          pods.environment(ordinal, CLUSTER_ID, Map.of(ZONE, "a"));
      assertEquals(String.join(",", voters), environment.get("MILENA_CONTROLLER_QUORUM_VOTERS"));
      assertEquals(
          names.get(ordinal) + ":" + port(settings(), "listeners"),
          environment.get("MILENA_ADVERTISED_LISTENERS"));
      assertEquals(CLUSTER_ID, environment.get("MILENA_CLUSTER_ID"));
      assertEquals("a", environment.get("MILENA_BROKER_RACK"));
    }
    assertEquals("", pods.environment(0, CLUSTER_ID, Map.of()).get("MILENA_BROKER_RACK"));
  }

  @Test
  void everySettingIsKnownToTheNode() throws IOException {
    SettingsCatalog catalog = SettingsCatalog.load();
    for (String key : settings().stringPropertyNames()) {
      assertTrue(catalog.find(key).isPresent(), key);
    }
    TreeSet<String> variables = new TreeSet<>();
    catalog.all().stream().map(Setting::variable).forEach(variables::add);
    for (String variable : pods.environment(0, CLUSTER_ID, Map.of()).keySet()) {
      assertTrue(variables.contains(variable) || !variable.startsWith("MILENA_"), variable);
    }
  }

  /** What README.md tells the reader to type makes what the StatefulSet asks for. */
  @Test
  void theClusterIdIsMadeAsTheReadmeSays() throws Exception {
    Matcher typed =
        Pattern.compile("create configmap (\\S+) --from-literal=(\\S+?)=\"(\\$\\(.*\\))\"")
            .matcher(Files.readString(Manifests.FOLDER.resolve("README.md")));
    assertTrue(typed.find());
    ConfigMapKeySelector wanted =
        container.getEnv().stream()
            .filter(variable -> variable.getName().equals("MILENA_CLUSTER_ID"))
            .findFirst()
            .orElseThrow()
            .getValueFrom()
            .getConfigMapKeyRef();
    assertEquals(typed.group(1), wanted.getName());
    assertEquals(typed.group(2), wanted.getKey());
    TreeSet<String> made = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      List<String> shell = List.of("sh", "-c", "printf %s \"" + typed.group(3) + "\"");
      made.add(Tool.run(shell, Map.of(), Path.of("/dev/null")).expecting(0).text());
    }
    assertEquals(20, made.size());
    made.forEach(id -> assertTrue(id.matches("[A-Za-z0-9_-]{22}"), id));
  }

  @Test
  void theImageIsCalledAsTheReadmeOfTheContainerBuildsIt() throws IOException {
    String readme = Files.readString(DEPLOY.resolve("container/README.md"));
    assertTrue(readme.contains("--tag " + container.getImage() + " "), container.getImage());
  }

  private static String text() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.list(Manifests.FOLDER)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".yaml")).toList()) {
        all.append("---\n").append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private Properties settings() throws IOException {
    Properties settings = new Properties();
    settings.load(new StringReader(pods.settings()));
    return settings;
  }

  private static int port(Properties settings, String key) {
    String listener = settings.getProperty(key, "");
    return Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1));
  }

  private static String probed(Probe probe) {
    HTTPGetAction action = probe.getHttpGet();
    assertEquals("http", action.getPort().getStrVal());
    return action.getPath();
  }

  private static int status(HttpServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
