package io.heed.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run that another program trains passes on as its file grows, or is written anew. */
@Timeout(60)
class FollowedRunTest {

    @TempDir
    private Path run;

    private Path file;

    @BeforeEach
    void begin() throws IOException {
        file = run.resolve("training/frames.jsonl");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"step\":1}\n{\"step\":2}\n");
    }

    private void add(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static String next(RunFeed.Reader reader) throws InterruptedException {
        RunFeed.Line line = null;
        while (line == null) {
            line = reader.next(1000);
        }
        return line.json();
    }

    @Test
    void lines_that_are_added_follow_those_that_were_there() throws Exception {
        try (FollowedRun followed = new FollowedRun(run);
                RunFeed.Reader reader = followed.feed().open()) {
            assertThat(next(reader)).isEqualTo("{\"step\":1}");
            assertThat(next(reader)).isEqualTo("{\"step\":2}");
            add("{\"step\":3}\n{\"st");
            assertThat(next(reader)).isEqualTo("{\"step\":3}");
            assertThat(reader.next(1200)).as("half a line").isNull();
            add("ep\":4}\n");
            assertThat(next(reader)).isEqualTo("{\"step\":4}");
        }
    }

    /** Whoever comes later sees only what holds. */
    @Test
    void a_run_that_resumes_from_an_earlier_step_is_passed_on_anew() throws Exception {
        try (FollowedRun followed = new FollowedRun(run);
                RunFeed.Reader reader = followed.feed().open()) {
            next(reader);
            next(reader);
            Files.writeString(file, "{\"step\":1}\n{\"other\":2}\n{\"other\":3}\n");
            assertThat(next(reader)).isEqualTo("{\"step\":1}");
            assertThat(next(reader)).isEqualTo("{\"other\":2}");
            assertThat(next(reader)).isEqualTo("{\"other\":3}");
            try (RunFeed.Reader late = followed.feed().open()) {
                assertThat(next(late)).isEqualTo("{\"step\":1}");
                assertThat(next(late)).isEqualTo("{\"other\":2}");
            }
        }
    }

    @Test
    void a_file_that_is_gone_for_a_while_is_waited_for() throws Exception {
        try (FollowedRun followed = new FollowedRun(run);
                RunFeed.Reader reader = followed.feed().open()) {
            next(reader);
            next(reader);
            Files.delete(file);
            assertThat(reader.next(1200)).isNull();
            Files.writeString(file, "{\"again\":1}\n");
            assertThat(next(reader)).isEqualTo("{\"again\":1}");
        }
    }

    @Test
    void a_file_of_which_nothing_is_left_is_read_again_from_its_beginning() throws Exception {
        try (FollowedRun followed = new FollowedRun(run);
                RunFeed.Reader reader = followed.feed().open()) {
            next(reader);
            next(reader);
            Files.writeString(file, "{\"ag");
            assertThat(reader.next(1200)).isNull();
            add("ain\":1}\n");
            assertThat(next(reader)).isEqualTo("{\"again\":1}");
        }
    }

    @Test
    void nothing_follows_once_it_is_closed() throws Exception {
        FollowedRun followed = new FollowedRun(run);
        followed.close();
        try (RunFeed.Reader reader = followed.feed().open()) {
            assertThat(next(reader)).isEqualTo("{\"step\":1}");
            assertThat(next(reader)).isEqualTo("{\"step\":2}");
            assertThat(reader.next(60_000)).isNull();
        }
    }
}
