package dev.milena.it.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The pods that Kubernetes would make of our StatefulSet in one namespace of one cluster: their
 * names and their environment.
 */
record Pods(Manifests manifests, String namespace) {
  /** What the cluster's DNS calls itself unless its operator chose otherwise. */
  private static final String DOMAIN = "svc.cluster.local";

  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

  /** A pod's full name, by its number. */
  String fullName(int ordinal) {
    return "%s.%s.%s.%s"
        .formatted(name(ordinal), set().getSpec().getServiceName(), namespace, DOMAIN);
  }

  /** The full names of all, in order. */
  List<String> fullNames() {
    return IntStream.range(0, set().getSpec().getReplicas()).mapToObj(this::fullName).toList();
  }

  private String name(int ordinal) {
    return set().getMetadata().getName() + "-" + ordinal;
  }

  StatefulSet set() {
    return manifests.only(StatefulSet.class);
  }

  Container container() {
    return set().getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  /** The text of the settings' file. */
  String settings() {
    return manifests.only(ConfigMap.class).getData().getOrDefault("node.properties", "");
  }

  /**
   * The environment as the kubelet makes it: references to earlier variables replaced.
   *
   * @param clusterId what the ConfigMap that is made by hand says
   * @param labels the pod's, besides those of the template
   */
  SortedMap<String, String> environment(int ordinal, String clusterId, Map<String, String> labels) {
    SortedMap<String, String> all = new TreeMap<>();
    for (EnvVar variable : container().getEnv()) {
      EnvVarSource source = variable.getValueFrom();
      if (source == null) {
        all.put(variable.getName(), expanded(variable.getValue(), all));
      } else if (source.getFieldRef() != null) {
        String path = source.getFieldRef().getFieldPath();
        all.put(variable.getName(), field(ordinal, path, labels));
      } else {
        all.put(variable.getName(), clusterId);
      }
    }
    return all;
  }

  private String field(int ordinal, String path, Map<String, String> labels) {
    Matcher label = Pattern.compile("metadata\\.labels\\['(.*)']").matcher(path);
    if (label.matches()) {
      return labels.getOrDefault(label.group(1), "");
    }
    return switch (path) {
      case "metadata.name" -> name(ordinal);
      case "metadata.namespace" -> namespace;
      default -> throw new AssertionError("not known here: " + path);
    };
  }

  private static String expanded(String value, Map<String, String> earlier) {
    return REFERENCE
        .matcher(value)
        .replaceAll(reference -> {
          String known = earlier.get(reference.group(1));
          if (known == null) {
            throw new AssertionError(reference.group() + " names no earlier variable");
          }
          return Matcher.quoteReplacement(known);
        });
  }
}
