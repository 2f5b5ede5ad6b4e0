package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs the program inside the test and keeps what it printed. */
final class Program {

    private Program() {}

    /** How a run ended. */
    record Ran(int code, String out, String err) {

        List<String> errors() {
            return err.lines().toList();
        }
    }

    /** Runs a command line. */
    static Ran heed(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Heed.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    /** A failure that is told in one sentence. */
    static void assertFails(Ran ran, String... parts) {
        assertThat(ran.errors()).hasSize(1);
        assertThat(ran.err).startsWith("heed: ").contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(ran.out).isEmpty();
        assertThat(ran.code).isEqualTo(1);
    }

    /** A wrong command line: one sentence, and where to read how it is done right. */
    static void assertMisused(Ran ran, String... parts) {
        assertThat(ran.errors()).hasSize(2);
        assertThat(ran.errors().get(0)).startsWith("heed: ").contains(parts).doesNotContain("Exception");
        assertThat(ran.errors().get(1)).matches("Try 'heed( [a-z]+)? --help'\\.");
        assertThat(ran.out).isEmpty();
        assertThat(ran.code).isEqualTo(2);
    }
}
