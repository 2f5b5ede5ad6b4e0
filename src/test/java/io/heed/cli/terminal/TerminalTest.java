package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TerminalTest {

    /** The contrast of text that WCAG 2.1 asks for (success criterion 1.4.3), computed by its formulas from xterm's cube of colours. */
    @Test
    void blue_is_readable_on_white_and_on_black() {
        int[] levels = {0, 95, 135, 175, 215, 255};
        int cell = Terminal.BLUE - 16;
        double luminance = 0.2126 * linear(levels[cell / 36])
                + 0.7152 * linear(levels[cell / 6 % 6])
                + 0.0722 * linear(levels[cell % 6]);
        assertThat(1.05 / (luminance + 0.05)).isGreaterThan(4.5);
        assertThat((luminance + 0.05) / 0.05).isGreaterThan(4.5);
    }

    /** A program that prints which of its streams it takes for a terminal. */
    static final class Streams {
        public static void main(String[] arguments) {
            System.out.println(Terminal.typesInput() + " " + (Terminal.room() < Integer.MAX_VALUE) + " "
                    + Terminal.watchesErrors());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void without_a_launcher_a_shell_tells_what_is_a_terminal() throws Exception {
        assumeThat(Path.of("/usr/bin/script")).exists();
        String program = "'" + String.join("' '", java()) + "'";
        assertThat(output("/usr/bin/script", "-qec", program, "/dev/null")).isEqualTo("true true true");
        assertThat(output("/usr/bin/script", "-qec", program + " 2> /dev/null", "/dev/null"))
                .isEqualTo("true true false");
        assertThat(output(java())).isEqualTo("false false false");
    }

    private static String[] java() {
        return new String[] {
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Streams.class.getName()
        };
    }

    private static String output(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // a JVM says that it reads them
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static double linear(int channel) {
        double share = channel / 255.;
        return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
