package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFoldersTest {

    private static final Path HOME = Path.of(System.getProperty("user.home"));

    /** As the XDG Base Directory Specification has it: an empty or relative path counts as none. */
    @Test
    void a_variable_with_an_absolute_path_wins() {
        Path given = Path.of("given").toAbsolutePath();
        assertThat(UserFolders.folder(Map.of("CACHE", given.toString()), "CACHE", ".cache"))
                .isEqualTo(given.resolve("heed"));
        for (Map<String, String> environment :
                List.<Map<String, String>>of(Map.of(), Map.of("CACHE", ""), Map.of("CACHE", "given"))) {
            assertThat(UserFolders.folder(environment, "CACHE", ".cache")).isEqualTo(HOME.resolve(".cache/heed"));
        }
    }
}
