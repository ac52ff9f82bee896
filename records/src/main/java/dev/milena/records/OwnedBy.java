package dev.milena.records;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the one thread that may use a mutable type or call a method.
 *
 * <p>It is a promise to the reader, checked in review: crossing a thread goes through a mailbox
 * with an immutable message.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD})
public @interface OwnedBy {
  /** The owner. */
  Owner value();
}
