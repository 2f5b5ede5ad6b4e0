package io.heed.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageAddressTest {

    @TempDir
    private Path run;

    @Test
    void the_program_that_wrote_it_removes_its_own_alone() {
        PageAddress mine = PageAddress.of("http://127.0.0.1:8090/");
        assertThat(PageAddress.in(run)).isEmpty();
        mine.write(run);
        assertThat(PageAddress.in(run)).contains(mine);
        assertThat(mine.process()).isEqualTo(ProcessHandle.current().pid());
        PageAddress.of("http://127.0.0.1:8091/").remove(run);
        assertThat(PageAddress.in(run)).contains(mine);
        mine.remove(run);
        assertThat(run.resolve("training/watch.json")).doesNotExist();
    }

    /** A run's folder may come from anybody; the browser is sent to this machine alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"address\":5}",
                "{\"address\":\"http://example.org/\",\"process\":1}",
                "{\"address\":\"http://127.0.0.1:80@example.org/\",\"process\":1}",
                "{\"address\":\"file:///etc/passwd\",\"process\":1}",
                "{\"address\":\"http://127.0.0.1:80/ -n\",\"process\":1}"
            })
    void no_other_address_is_taken_from_the_file(String content) throws IOException {
        Files.createDirectories(run.resolve("training"));
        Files.writeString(run.resolve("training/watch.json"), content);
        assertThat(PageAddress.in(run)).isEmpty();
    }
}
