package io.heed;

import java.nio.file.Path;

/** Heed's folder for the time of a test, as its launcher would set it. */
public final class HomeSet implements AutoCloseable {

    private static final String PROPERTY = "heed.home";

    private final String before = System.getProperty(PROPERTY);

    public HomeSet(Path home) {
        System.setProperty(PROPERTY, home.toString());
    }

    @Override
    public void close() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }
}
