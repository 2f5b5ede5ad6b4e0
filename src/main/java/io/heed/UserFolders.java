package io.heed;

import java.nio.file.Path;
import java.util.Map;

/** Heed's folders in a user's home, after the XDG Base Directory Specification. They need not exist yet. */
public final class UserFolders {

    private UserFolders() {}

    /** What can be deleted at any time and is then found again. */
    public static Path cache() {
        return folder(System.getenv(), "XDG_CACHE_HOME", ".cache");
    }

    /** What comes with programs, or is kept for them. */
    public static Path data() {
        return folder(System.getenv(), "XDG_DATA_HOME", ".local/share");
    }

    /** What a user may miss but can do without. */
    public static Path state() {
        return folder(System.getenv(), "XDG_STATE_HOME", ".local/state");
    }

    /** The specification says to ignore relative paths. */
    static Path folder(Map<String, String> environment, String variable, String otherwise) {
        Path given = Path.of(environment.getOrDefault(variable, ""));
        return (given.isAbsolute() ? given : Path.of(System.getProperty("user.home"), otherwise)).resolve("heed");
    }
}
