package io.heed.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.HeadsThen;
import io.heed.model.DeviceChoice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code heed attention} prints about the toy model, on terminals of different widths. */
class AnswerPrinterTest {

    private static final String TEXT = "the cat , which liked the dog , sat on the";

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static AttentionReport report(String text, boolean evidence) {
        Recording recording = Recording.of(model, text, model.encode(text), Findings.needed(evidence));
        HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
        statistics.add(recording);
        return new AttentionReport(model, text, recording, statistics, new HeadCards(model), evidence);
    }

    private static List<String> answer(AttentionReport report, boolean evidence, int room) {
        StringWriter out = new StringWriter();
        new AnswerPrinter(new PrintWriter(out, true), room).print(report, evidence);
        return out.toString().lines().toList();
    }

    /** As for a model or a text that is too large to take each head away. */
    @Test
    void names_the_heads_that_read_one_word_most_where_no_evidence_was_gathered() {
        List<String> lines = answer(report("the cat sat on the", false), false, Integer.MAX_VALUE);
        assertThat(lines.get(1)).startsWith("next: mat 0.9");
        assertThat(lines).contains("what the heads read most before the next word");
        List<String> heads = lines.stream().filter(line -> line.contains("→")).toList();
        assertThat(heads)
                .hasSize(5)
                .allMatch(line -> line.matches("layer \\d, head \\d +the\\(5\\)→\\S+ +[01]\\.\\d\\d"))
                .noneMatch(line -> line.contains("[BOS]"));
        assertThat(heads.get(0)).contains("1.00");
        assertThat(String.join("\n", lines)).doesNotContain("without it", "the logit");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120, 200})
    void no_line_is_wider_than_the_terminal(int columns) {
        AttentionReport one = report(TEXT, true);
        AttentionReport two = report("the cat sat on the", true);
        two.compare(model, "the dog sat on the", model.encode("the dog sat on the"));
        StringWriter heads = new StringWriter();
        AttentionPrinter printer = new AttentionPrinter(new PrintWriter(heads, true), true, columns);
        printer.heads(one);
        printer.table(one);
        printer.more();
        assertThat(Stream.of(
                                answer(one, true, columns),
                                answer(two, true, columns),
                                heads.toString().lines().toList())
                        .flatMap(List::stream))
                .allSatisfy(line -> assertThat(WrappedText.width(line)).isLessThanOrEqualTo(columns))
                .noneMatch(line -> line.matches(".*-0\\.0+(\\s.*|)"));
    }

    /** Every word of the widest terminal stands whole on the narrowest, too. */
    @Test
    void no_word_is_broken_on_a_narrow_terminal() {
        AttentionReport report = report(TEXT, true);
        assertThat(words(answer(report, true, 40))).containsAll(words(answer(report, true, 200)));
    }

    private static List<String> words(List<String> lines) {
        return lines.stream()
                .flatMap(line -> Stream.of(line.strip().split(" +")))
                .toList();
    }

    @Test
    void a_wide_terminal_takes_fewer_lines() {
        AttentionReport report = report(TEXT, true);
        assertThat(answer(report, true, 200))
                .hasSizeLessThan(answer(report, true, 80).size());
    }

    private static HeadSummary in(int layer, HeadSummary head) {
        HeadCard card = head.card();
        return new HeadSummary(
                new HeadCard(layer, card.head(), card.sentence(), card.elsewhere(), card.measures()),
                head.places(),
                head.neighbour());
    }

    /** A model of 270 heads, whose measures are those of the toy model's. */
    @Test
    void of_hundreds_of_heads_a_table_shows_as_many_as_a_screen_holds() {
        List<HeadSummary> few = report(TEXT, true).heads();
        List<HeadSummary> many =
                IntStream.range(0, 270).mapToObj(i -> in(i / 8, few.get(i % 8))).toList();
        StringWriter out = new StringWriter();
        new AttentionPrinter(new PrintWriter(out, true), false, 120).table(many);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines)
                .hasSizeLessThan(150)
                .endsWith("246 other heads have a higher entropy; --all-heads prints them too");
        assertThat(lines.stream().filter(line -> line.matches(" +\\d+ +\\d +11 .*")))
                .hasSize(24);
        StringWriter all = new StringWriter();
        new AttentionPrinter(new PrintWriter(all, true), true, 120).table(many);
        assertThat(all.toString().lines().filter(line -> line.matches(" +\\d+ +\\d +11 .*")))
                .hasSize(270);
    }

    @Test
    void over_training_only_the_heads_that_changed_are_named_after_the_first_step() {
        List<HeadsThen> history = List.of(
                new HeadsThen(100, List.of(does(0, "Reads evenly: 0.9."), does(1, "Reads evenly: 0.8."))),
                new HeadsThen(200, List.of(does(0, "Reads evenly: 0.7."), does(1, "Reads the previous token: 0.6."))),
                new HeadsThen(300, List.of(does(0, "Reads evenly: 0.6."), does(1, "Reads the previous token: 0.9."))));
        StringWriter out = new StringWriter();
        new AttentionPrinter(new PrintWriter(out, true), false, 80).history(history);
        assertThat(out.toString().lines())
                .containsExactly(
                        "",
                        "after 100 steps",
                        "  layer 0, head 0",
                        "    here       Reads evenly: 0.9.",
                        "  layer 0, head 1",
                        "    here       Reads evenly: 0.8.",
                        "",
                        "after 200 steps",
                        "  layer 0, head 1",
                        "    here       Reads the previous token: 0.6.",
                        "",
                        "after 300 steps: all heads do what they did before");
    }

    private static HeadCard does(int head, String sentence) {
        return new HeadCard(0, head, sentence, "", Map.of());
    }
}
