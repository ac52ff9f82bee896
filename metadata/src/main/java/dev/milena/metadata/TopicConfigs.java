package dev.milena.metadata;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;

/** Checks topic configs as people give them. */
public final class TopicConfigs {
  private TopicConfigs() {}

  /** What a check came to. */
  public sealed interface Checked {
    /** All legal; values are in their plain form. */
    record Legal(TreePMap<String, String> configs) implements Checked {}

    /** The first that is not, in order of key. */
    record Illegal(RefusalReason reason, String key, String message) implements Checked {}
  }

  /** Checks keys and values; the first wrong one is told, an unknown key with what was meant. */
  public static Checked check(TreePMap<String, String> given) {
    TreePMap<String, String> plain = TreePMap.empty();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      Optional<TopicConfigKey> known = TopicConfigKey.of(entry.getKey());
      if (known.isEmpty()) {
        return unknown(entry.getKey());
      }
      TopicConfigKey key = known.get();
      Optional<String> value = key.rule().plain(entry.getValue());
      if (value.isEmpty()) {
        return illegal(
            key, "config %s must be %s, got \"%s\"", key.rule().says(), shown(entry.getValue()));
      }
      if (!key.whyFixed().isEmpty() && !value.get().equals(key.defaultValue())) {
        return illegal(
            key,
            "config %s can only be \"%s\" (%s), got \"%s\"",
            key.defaultValue(),
            key.whyFixed(),
            shown(entry.getValue()));
      }
      plain = plain.plus(key.key(), value.get());
    }
    return new Checked.Legal(plain);
  }

  /** Says that no such key exists, and which one was meant where one is near. */
  static Checked.Illegal unknown(String key) {
    List<String> known = Arrays.stream(TopicConfigKey.values()).map(TopicConfigKey::key).toList();
    String next =
        NearestName.to(key, known)
            .map(near -> "the nearest is \"%s\"".formatted(near))
            .orElse(
                "topics have Kafka's, such as retention.ms, segment.bytes and min.insync.replicas");
    String message = "there is no topic config \"%s\"; %s".formatted(shown(key), next);
    return new Checked.Illegal(RefusalReason.UNKNOWN_CONFIG, shown(key), message);
  }

  private static Checked.Illegal illegal(TopicConfigKey key, String format, Object... rest) {
    Object[] arguments = new Object[rest.length + 1];
    arguments[0] = key.key();
    System.arraycopy(rest, 0, arguments, 1, rest.length);
    return new Checked.Illegal(
        RefusalReason.INVALID_CONFIG, key.key(), format.formatted(arguments));
  }

  /** A client's word, bounded: it goes into messages and replicated answers. */
  private static String shown(String word) {
    int most = 100;
    return word.length() <= most ? word : word.substring(0, most) + "...";
  }
}
