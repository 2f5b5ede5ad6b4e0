package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import java.nio.file.Path;

/** A model folder that is refused. */
public final class UnreadableFolder {

    private UnreadableFolder() {}

    /** Asserts that reading it fails with one sentence, and what that says. */
    public static void assertRefused(Path folder, String... parts) {
        assertThatThrownBy(() -> ModelFolder.read(folder, Device.cpu()).close())
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n");
    }
}
