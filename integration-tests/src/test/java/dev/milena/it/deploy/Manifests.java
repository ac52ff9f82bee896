package dev.milena.it.deploy;

import dev.milena.it.process.Checkout;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The Kubernetes manifests, read into the classes of its API. A field that the API does not have is
 * refused, as {@code kubectl apply --validate=strict} refuses it.
 */
record Manifests(List<HasMetadata> objects) {
  static final Path FOLDER = Checkout.root().resolve("deploy/kubernetes");

  /** What may stand there: apiVersion and kind, and the class that has their fields. */
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "apps/v1 StatefulSet", StatefulSet.class,
          "v1 Service", Service.class,
          "v1 ConfigMap", ConfigMap.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class);

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NoRoomForOthers())
          .build();

  /** The API's classes keep unknown fields in a map; without that map they are refused. */
  private static final class NoRoomForOthers extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
      return false;
    }
  }

  /** All files of deploy/kubernetes, as {@code kubectl apply -f} takes them. */
  static Manifests ours() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".yaml")).sorted().toList()) {
        all.append("---\n").append(Files.readString(file));
      }
    }
    return parse(all.toString());
  }

  /** Documents, each an object. */
  static Manifests parse(String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    try (var documents = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNextValue()) {
        objects.add(object(documents.nextValue()));
      }
    }
    return new Manifests(List.copyOf(objects));
  }

  private static HasMetadata object(JsonNode document) {
    String kind = document.path("apiVersion").asString() + " " + document.path("kind").asString();
    Class<? extends HasMetadata> type = KINDS.get(kind);
    if (type == null) {
      throw new AssertionError("not known here: " + kind);
    }
    return MAPPER.treeToValue(document, type);
  }

  /** The only object of a kind. */
  <T extends HasMetadata> T only(Class<T> type) {
    List<T> found = all(type);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + type.getSimpleName() + ", expected 1");
    }
    return found.getFirst();
  }

  /** The object of a kind and a name. */
  <T extends HasMetadata> T named(Class<T> type, String name) {
    return all(type).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
