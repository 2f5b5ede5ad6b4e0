package io.heed;

/**
 * A failure that the user can fix: its message is one sentence with the value, the place and the way out.
 *
 * <p>The command line prints the message and exits with code 1.
 */
public final class HeedException extends RuntimeException {

    /** Creates a failure with the sentence a user reads. */
    public HeedException(String message) {
        super(message);
    }

    /** Creates a failure with the sentence a user reads and the cause that {@code --debug} shows. */
    public HeedException(String message, Throwable cause) {
        super(message, cause);
    }
}
