package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataView;
import java.util.Optional;

/**
 * The view of a broker for all its life, whatever feeds it: its own member of the quorum, or the
 * stream from another. Its followers do not notice when the source changes.
 *
 * <p>A source that is ahead when it is chosen is gone to in one step, as after a snapshot; one that
 * is behind is waited for. Nothing is told twice and nothing is taken back, not even when a source
 * itself goes back. Any thread may call; followers are told on the thread of the source. A source
 * that is not shown never waits for one that is: a member must apply, whatever its broker does.
 */
public final class SwitchingView implements AwaitableView {
  private final PublishedView<Shown> published =
      new PublishedView<>(new Shown(JournalPlace.NO_INDEX, ClusterImage.EMPTY));
  private volatile Optional<Source> current = Optional.empty();

  /** Whether what is shown is what the current source said last: then its next delta fits. */
  private boolean aligned;

  /** Which word of the current source was looked at last. */
  private long taken;

  private record Shown(long index, ClusterImage image) implements Moment {}

  /** The how-manieth word of a source, and what it was. */
  private record Word(long number, ImageDelta delta, Shown said) {}

  /** Something that can feed the view. */
  public static final class Source {
    private volatile Word latest =
        new Word(0, ImageDelta.NONE, new Shown(JournalPlace.NO_INDEX, ClusterImage.EMPTY));

    private Source() {}
  }

  /** Listens to a view, without showing what it says yet. */
  public Source attach(MetadataView view) {
    Source source = new Source();
    view.follow((index, delta, image) -> heard(source, delta, new Shown(index, image)));
    return source;
  }

  /** Shows what this source says from now on, and nothing of others. */
  public synchronized void use(Source source) {
    if (!isCurrent(source)) {
      // set before its latest word is read: what it says meanwhile waits for the lock
      current = Optional.of(source);
      aligned = false;
      Word latest = source.latest;
      taken = latest.number();
      show(latest);
    }
  }

  private void heard(Source source, ImageDelta delta, Shown said) {
    Word word = new Word(source.latest.number() + 1, delta, said);
    source.latest = word;
    if (isCurrent(source)) {
      take(source, word);
    }
  }

  private synchronized void take(Source source, Word word) {
    // the switch to this source may have taken the word already
    if (isCurrent(source) && word.number() > taken) {
      taken = word.number();
      show(word);
    }
  }

  private boolean isCurrent(Source source) {
    return current.equals(Optional.of(source));
  }

  private void show(Word word) {
    Shown shown = published.moment();
    Shown said = word.said();
    if (said.index() < shown.index()) {
      aligned = false;
      return;
    }
    ImageDelta difference =
        aligned ? word.delta() : ImageDelta.between(shown.image(), said.image());
    aligned = true;
    if (said.index() > shown.index() || !difference.isEmpty()) {
      published.publish(said, difference);
    }
  }

  @Override
  public ClusterImage image() {
    return published.image();
  }

  @Override
  public long appliedIndex() {
    return published.appliedIndex();
  }

  @Override
  public void follow(MetadataFollower follower) {
    published.follow(follower);
  }

  @Override
  public void whenApplied(long index, Runnable then) {
    published.whenApplied(index, then);
  }

  @Override
  public void forget(long index, Runnable then) {
    published.forget(index, then);
  }
}
