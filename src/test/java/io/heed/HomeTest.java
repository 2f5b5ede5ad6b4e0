package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files are found and written for someone who starts Heed elsewhere. */
class HomeTest {

    @TempDir
    private Path home;

    private HomeSet set;

    @BeforeEach
    void install() {
        set = new HomeSet(home);
    }

    @AfterEach
    void leave() {
        set.close();
    }

    @Test
    void what_is_not_here_is_found_in_heeds_folder() throws IOException {
        Path own = Files.createFile(home.resolve("own.yaml"));
        assertThat(Home.find(Path.of("own.yaml"))).isEqualTo(own);
        assertThat(Home.find(Path.of("nowhere.yaml"))).isEqualTo(Path.of("nowhere.yaml"));
        assertThat(Home.find(Path.of("pom.xml"))).isEqualTo(Path.of("pom.xml"));
    }

    @Test
    void a_folder_that_cannot_be_written_to_gives_way_to_the_current_one() throws IOException {
        assertThat(Home.writable("models")).isEqualTo(Path.of("models"));
        Path own = Files.createDirectory(home.resolve("models"));
        assertThat(Home.writable("models")).isEqualTo(own);
    }
}
