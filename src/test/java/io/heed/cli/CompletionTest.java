package io.heed.cli;

import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heed.cli.Program.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions and the manual page, each read by the program that it is for, where that is installed. */
class CompletionTest {

    private static final Pattern OPTION = Pattern.compile("(?<=[ ,])--[a-z][a-z-]*");

    @TempDir
    private Path folder;

    /** Returns the lines that a program writes; nothing may go to its standard error. */
    private List<String> run(String... command) throws IOException, InterruptedException {
        assumeThat(isInstalled(command[0])).as(command[0] + " is installed").isTrue();
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(err).isEmptyFile();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(out);
    }

    private static boolean isInstalled(String program) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private Path printed(String what) throws IOException {
        Ran ran = heed("completion", what);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        return Files.writeString(folder.resolve("heed." + what), ran.out());
    }

    /** What bash offers after some words, of which the last may be half a word. */
    private List<String> bash(Path script, String... words) throws Exception {
        String line =
                "source '%s'; compopt() { :; }; COMP_WORDS=('%s'); COMP_CWORD=%d; _complete_heed; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(script, String.join("' '", words), words.length - 1);
        return run("bash", "--norc", "-c", line);
    }

    @Test
    void bash_offers_commands_and_options() throws Exception {
        Path script = printed("bash");
        assertThat(run("bash", "-n", script.toString())).isEmpty();
        assertThat(bash(script, "heed", "")).contains("train", "predict", "attention", "completion");
        assertThat(bash(script, "heed", "train", "--over")).containsExactly("--overwrite");
        assertThat(bash(script, "heed", "tokenizer", "train", "--type", "")).contains("word", "character", "bpe");
    }

    private List<String> fish(Path script, String line) throws Exception {
        return run("fish", "--no-config", "-c", "source '%s'; complete -C '%s'".formatted(script, line)).stream()
                .map(offer -> offer.replaceFirst("\t.*", ""))
                .toList();
    }

    @Test
    void fish_offers_commands_options_and_values() throws Exception {
        Path script = printed("fish");
        assertThat(run("fish", "--no-execute", script.toString())).isEmpty();
        assertThat(fish(script, "heed "))
                .contains("train", "predict", "attention")
                .doesNotContain("show");
        assertThat(fish(script, "heed train --over")).containsExactly("--overwrite");
        assertThat(fish(script, "heed tokenizer ")).contains("train", "show").doesNotContain("predict");
        assertThat(fish(script, "heed tokenizer train --type ")).containsExactlyInAnyOrder("word", "character", "bpe");
        assertThat(fish(script, "heed predict heed.f")).containsExactly("heed.fish");
    }

    /** Without its line editor zsh completes nothing, so functions stand for those of zsh and print what they are given. */
    private List<String> zsh(Path script, String state, String function) throws Exception {
        String stubs = "compdef() { :; }; _arguments() { print -rl -- \"$@\"; state=%s; line=(train); }; "
                + "_describe() { print -rl -- ${(P)2}; }; source '%s'; %s";
        return run("zsh", "-f", "-c", stubs.formatted(state, script, function));
    }

    @Test
    void zsh_is_given_commands_and_options() throws Exception {
        Path script = printed("zsh");
        assertThat(run("zsh", "-n", script.toString())).isEmpty();
        assertThat(zsh(script, "command", "_heed"))
                .contains("predict:Predict the next word of a text, continue it, score it, or fill its gap.")
                .anyMatch(line -> line.startsWith("attention:"));
        assertThat(zsh(script, "rest", "_heed"))
                .anyMatch(line -> line.startsWith("(--overwrite)--overwrite["))
                .anyMatch(line -> line.startsWith("*--set=[") && line.endsWith(":KEY=VALUE: "))
                .contains("1::CONFIG:_files");
        assertThat(zsh(script, "none", "_heed_tokenizer_train"))
                .anyMatch(line -> line.startsWith("(--type)--type=[") && line.endsWith("(word character bpe)"));
    }

    @Test
    void the_manual_page_has_every_command_and_every_option() throws Exception {
        String page = heed("completion", "man").out().replace("\\-", "-");
        List<String> commands = heed("help")
                .out()
                .lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .filter(line -> line.matches(" {2}[a-z].*"))
                .map(line -> line.strip().replaceFirst(" .*", ""))
                .toList();
        assertThat(commands).contains("train", "completion", "help");
        for (String command : commands) {
            String heading = "\n.SS heed " + command + "\n";
            assertThat(page).contains(heading);
            String own = page.substring(page.indexOf(heading) + heading.length()) + "\n.S";
            own = own.substring(0, own.indexOf("\n.S"));
            List<String> options = new ArrayList<>();
            OPTION.matcher(heed(command, "--help").out()).results().forEach(option -> options.add(option.group()));
            assertThat(options).isNotEmpty();
            assertThat(own).contains(options);
        }
    }

    @Test
    void groff_has_nothing_to_say_against_it() throws Exception {
        Path page = printed("man");
        assertThat(run("groff", "-ww", "-man", "-Tutf8", page.toString()))
                .anyMatch(line -> line.contains("heed predict"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csh", ""})
    void others_are_refused(String reader) {
        assertMisused(heed("completion", reader), "FOR: '%s' is not one of bash, zsh, fish, man".formatted(reader));
    }

    @Test
    void a_reader_alone_is_needed() {
        assertMisused(heed("completion"), "FOR is missing; give one of bash, zsh, fish, man");
        assertMisused(heed("completion", "bsh"), "bash, zsh, fish, man; did you mean bash?");
        assertMisused(
                heed("completion", "fish", "extra"), "extra is one argument too many; heed completion takes only FOR");
    }
}
