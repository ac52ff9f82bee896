package dev.milena.log.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A file or folder on a {@link SimDisk}: as this process sees it, and as the device has it. */
sealed interface SimNode permits SimBytes, SimNode.Folder {
  /** What a power cut leaves of it. */
  SimNode survivor(SplittableRandom random, Survival survival);

  /** How kind a power cut is. */
  enum Survival {
    /** Nothing that was not synced is there. */
    NOTHING_MORE,
    /** All of it is there. */
    EVERYTHING,
    /** Each sector and each name by chance. */
    SOME;

    boolean keeps(SplittableRandom random) {
      return switch (this) {
        case NOTHING_MORE -> false;
        case EVERYTHING -> true;
        case SOME -> random.nextBoolean();
      };
    }
  }

  /** A folder: names now, names on the device, and what happened in between. */
  final class Folder implements SimNode {
    final NavigableMap<String, SimNode> names = new TreeMap<>();
    private final NavigableMap<String, SimNode> durable = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** One change of names; a power cut keeps it as a whole or not at all. */
    private interface Change {
      void applyTo(NavigableMap<String, SimNode> to);
    }

    void put(String name, SimNode node) {
      change(to -> to.put(name, node));
    }

    void remove(String name) {
      change(to -> to.remove(name));
    }

    void rename(String from, String target, SimNode node) {
      change(to -> {
        to.remove(from);
        to.put(target, node);
      });
    }

    void sync() {
      durable.clear();
      durable.putAll(names);
      changes.clear();
    }

    private void change(Change change) {
      change.applyTo(names);
      changes.add(change);
    }

    @Override
    public Folder survivor(SplittableRandom random, Survival survival) {
      NavigableMap<String, SimNode> left = new TreeMap<>(durable);
      for (Change change : changes) {
        if (survival.keeps(random)) {
          change.applyTo(left);
        }
      }
      Folder survivor = new Folder();
      left.forEach((name, node) -> survivor.names.put(name, node.survivor(random, survival)));
      survivor.sync();
      return survivor;
    }
  }
}
