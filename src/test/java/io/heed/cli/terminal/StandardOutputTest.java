package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heed.cli.Heed;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that cannot be written is told in a sentence, and where nobody reads it any more, in none. */
class StandardOutputTest {

    @TempDir
    private Path folder;

    /** Takes some bytes and then no more, for a reason. */
    private static final class Full extends OutputStream {
        private final String reason;
        private int room;

        Full(int room, String reason) {
            this.room = room;
            this.reason = reason;
        }

        @Override
        public void write(int one) throws IOException {
            if (room-- <= 0) {
                throw new IOException(reason);
            }
        }
    }

    private final StringWriter err = new StringWriter();

    private int heed(OutputStream out, String line) {
        return Heed.run(out, new PrintWriter(err, true), line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "train --help",
                "config training.steps",
                "config --schema",
                "config seed --json"
            })
    void a_full_disk_is_told_in_one_sentence(String line) {
        for (int room : new int[] {0, 10}) {
            err.getBuffer().setLength(0);
            assertThat(heed(new Full(room, "No space left on device"), line)).isEqualTo(1);
            assertThat(err.toString().lines())
                    .containsExactly(
                            "heed: cannot write to standard output: No space left on device; send it where there is"
                                    + " room for it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "config training.steps", "config --schema"})
    void a_pipe_that_nobody_reads_is_no_failure_to_tell(String line) {
        assertThat(heed(new Full(10, "Broken pipe"), line)).isEqualTo(StandardOutput.NOBODY_READS);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void what_failed_before_stays_what_is_told() {
        assertThat(heed(new Full(0, "No space left on device"), "config nonsense"))
                .isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains("there is no such key");
        assertThat(heed(new Full(0, "No space left on device"), "nonsense")).isEqualTo(2);
    }

    @Test
    void a_program_says_so_by_itself() throws Exception {
        File full = new File("/dev/full");
        assumeThat(full.exists()).isTrue();
        Path told = folder.resolve("err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Heed.class.getName(),
                "--version"));
        Process program = new ProcessBuilder(command)
                .redirectOutput(full)
                .redirectError(told.toFile())
                .start();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(1);
        assertThat(Files.readString(told)).startsWith("heed: cannot write to standard output: ");
    }
}
