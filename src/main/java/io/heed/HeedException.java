package io.heed;

/**
 * A failure that a user can mend: its message is one sentence that names the value, the place and the way out.
 *
 * <p>The command line prints the message and leaves with exit code 1.
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
