package io.heed.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.model.DeviceChoice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {

    /** As for a model or a text that is too large to take each head away. */
    @Test
    void names_the_heads_that_read_one_word_most_where_no_evidence_was_gathered() {
        String text = "the cat sat on the";
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
            Recording recording = Recording.of(model, text, model.encode(text), Findings.needed(false));
            HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
            statistics.add(recording);
            StringWriter out = new StringWriter();
            new AnswerPrinter(new PrintWriter(out, true))
                    .print(new AttentionReport(model, text, recording, statistics, false));
            List<String> lines = out.toString().lines().toList();
            assertThat(lines.get(0)).startsWith("the cat sat on the …  next: mat 0.9");
            assertThat(lines).contains("what the heads read most before the next word");
            List<String> heads =
                    lines.stream().filter(line -> line.contains("→")).toList();
            assertThat(heads)
                    .hasSize(5)
                    .allMatch(line ->
                            line.matches("  layer \\d, head \\d +the \\(5\\) → \\S+( \\(\\d\\))? [01]\\.\\d\\d"))
                    .noneMatch(line -> line.contains("[BOS]"));
            assertThat(heads.get(0)).contains("1.00");
            assertThat(out.toString()).doesNotContain("ablating a head", "the logit");
        }
    }
}
