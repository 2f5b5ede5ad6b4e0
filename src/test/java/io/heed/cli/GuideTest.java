package io.heed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of docs/guide.md, run as written but for shorter trainings, and what the guide says they print. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the guide's commands are a Unix shell's")
class GuideTest {

    private static final Pattern BLOCK = Pattern.compile("```(console|sh)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PROGRESS =
            Pattern.compile("(?m)^[\\w ]+: [\\d,]+/[\\d,]+( \\w+)?, .*\n|^heed: unpacking .*\n");
    private static final String ANYTHING = "…";

    /** What is added to the trainings of the guide, by the name of the run. */
    private static final Map<String, String> SHORTER = Map.of(
            "few", " --set training.steps=300", // of 500
            "pieces", " --set training.steps=2",
            "letters", " --set training.steps=2");

    @TempDir
    private static Path folder;

    private static final List<Step> STEPS = new ArrayList<>();
    private static Set<String> words = Set.of();

    /** A command of the guide, what the guide says it prints, and what it did print. */
    private record Step(String command, String said, String printed) {}

    @BeforeAll
    static void run() throws Exception {
        Files.createSymbolicLink(folder.resolve("data"), Path.of("data").toAbsolutePath());
        Path heed = Files.writeString(folder.resolve("heed"), """
                #!/bin/sh
                exec '%s' -Dheed.home='%s' -Dai.djl.offline=true -Dorg.slf4j.simpleLogger.defaultLogLevel=error -XX:TieredStopAtLevel=1 -cp '%s' io.heed.cli.Heed "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Path.of("").toAbsolutePath(),
                        System.getProperty("java.class.path")));
        assertThat(heed.toFile().setExecutable(true)).isTrue();
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/guide.md")));
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                assertThat(printed(block.group(2))).isEmpty();
                continue;
            }
            for (String part : block.group(2).split("(?m)^\\$ ", -1)) {
                if (!part.isEmpty()) {
                    step(part);
                }
            }
        }
        words = new HashSet<>(
                Arrays.asList(Files.readString(folder.resolve("english.txt")).split("\\s+", -1)));
        words.addAll(List.of("[BOS]", "[EOS]", "[UNK]"));
        words.removeAll(List.of("", "."));
    }

    private static void step(String part) throws Exception {
        List<String> lines = part.lines().toList();
        String said = String.join("\n", lines.subList(1, lines.size()));
        STEPS.add(new Step(lines.get(0), said, printed(shorter(lines.get(0)))));
    }

    private static String shorter(String command) {
        if (!command.startsWith("heed train ")) {
            return command;
        }
        String name = command.replaceAll("(?s).*--set name=(\\w+).*", "$1");
        return command + " --set precision=float32" + SHORTER.getOrDefault(name, "");
    }

    private static String printed(String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().merge("PATH", "", (path, none) -> folder + ":" + path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("OPT_OUT_TRACKING", "true");
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", command, printed).isZero();
        return PROGRESS.matcher(printed).replaceAll("");
    }

    /** A line without what another processor may change: figures, bars, maps, words of the text, which step is the best, what heads do. */
    private static String outline(String line) {
        String plain = line.replaceAll("[▏▎▍▌▋▊▉█]+", " ")
                .replace("(best)", " ")
                .replace(" by oneDNN", "")
                .replaceAll("^(\\d \\S+) .*", "$1") // a row of a map
                .replaceAll("^(layer \\d, head \\d +\\S+→\\S+) .*", "$1")
                .replaceAll("< (?=[0-9])", " ")
                .replaceAll("-?\\d[\\d,]*(\\.\\d+)?", "#");
        return Arrays.stream(plain.split("((?<=[^\\w\\[\\]])|(?=[^\\w\\[\\]]))", -1))
                .map(word -> words.contains(word) ? "word" : word)
                .collect(Collectors.joining())
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** The outlines of lines, of equal ones in a row the first: how many heads matter, or steps are told, may differ. */
    private static String outlines(String text) {
        StringBuilder outlines = new StringBuilder();
        String before = "";
        for (String line : text.lines().toList()) {
            String outline = outline(line);
            boolean curve = line.contains("┤") || line.contains("│");
            if (!curve && !outline.equals(before)) {
                outlines.append(outline).append('\n');
                before = outline.equals(ANYTHING) ? before : outline;
            }
        }
        return outlines.toString();
    }

    @Test
    void the_commands_print_what_the_guide_says() {
        assertThat(STEPS).hasSizeGreaterThan(15);
        for (Step step : STEPS) {
            String pattern = outlines(step.said)
                    .lines()
                    .map(line -> line.equals(ANYTHING) ? "(?:.*\n)*?" : Pattern.quote(line) + "\n")
                    .collect(Collectors.joining());
            assertThat(outlines(step.printed)).as(step.command).matches(pattern);
        }
    }

    private static JsonNode object(String command) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(printed(command));
    }

    private static double probability(String text, String word) throws IOException, InterruptedException {
        return object("heed predict models/english '%s' --top 110 --json".formatted(text))
                .path("next")
                .valueStream()
                .filter(next -> next.path("token").asString().equals(word))
                .findFirst()
                .orElseThrow()
                .path("probability")
                .asDouble();
    }

    @Test
    void the_model_knows_one_from_many() throws Exception {
        assertThat(probability("the mice often", "look")).isGreaterThan(10 * probability("the mice often", "looks"));
        assertThat(probability("the mouse often", "looks")).isGreaterThan(10 * probability("the mouse often", "look"));
    }

    @Test
    void the_circuit_carries_the_difference_between_one_and_many() throws Exception {
        JsonNode found = object("heed circuit models/english --pairs number.tsv --check number.json --json");
        assertThat(found.path("edges").size()).isLessThan(33); // 30 %
        assertThat(found.path("proof").path("faithfulness").asDouble()).isBetween(.9, 1.1);
        assertThat(found.path("proof").path("complement").asDouble()).isLessThan(.1);
        assertThat(folder.resolve("number.html")).isNotEmptyFile();
    }

    @Test
    void few_sentences_are_learned_by_heart() throws Exception {
        JsonNode runs = object("heed runs few --json");
        JsonNode run = runs.isArray() ? runs.path(0) : runs;
        assertThat(run.path("best_step").asInt()).as("%s", run).isBetween(1, 200);
    }
}
