package io.heed.inspect.evidence;

import java.util.Locale;

/** What takes the place of a head's output when it is ablated. */
public enum AblationKind {
    /** Its mean over positions and texts. */
    MEAN,
    /** Zero. */
    ZERO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
