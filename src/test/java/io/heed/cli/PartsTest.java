package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code --without} as a user gives it. */
class PartsTest {

    private static final String TOY = "models/toy";
    private static final String TEXT = "the cat , which liked the dog , sat on the";

    @TempDir
    private Path folder;

    private static String printed(String... arguments) {
        Program.Ran ran = heed(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }

    private static JsonNode object(String... arguments) {
        return JsonMapper.shared().readTree(printed(arguments));
    }

    /** The same figures as {@code heed attention} gives for this head. */
    @Test
    void the_head_that_reads_the_subject_is_missed() {
        JsonNode found = object("predict", TOY, TEXT, "--without", "1.1", "--json");
        assertThat(found.path("part").path("without").get(0).asString()).isEqualTo("1.1");
        assertThat(found.path("next").get(0).path("token").asString()).isEqualTo("rug");
        assertThat(found.path("whole").path("next").get(0).path("token").asString())
                .isEqualTo("mat");
        JsonNode usual = object("predict", TOY, TEXT, "--json");
        assertThat(found.path("whole").path("next")).isEqualTo(usual.path("next"));
        assertThat(found.path("whole").path("entropy")).isEqualTo(usual.path("entropy"));
        assertThat(printed("predict", TOY, TEXT, "--without", "1.1,0.2").lines())
                .startsWith("without heads 1.1, 0.2, whose outputs are zero")
                .anyMatch(line -> line.matches("  rug +0\\.\\d+ +whole 0\\.0002.*"))
                .anyMatch(line -> line.startsWith("  the whole model: mat 0.99"));
    }

    @Test
    void an_evaluation_shows_both_side_by_side() throws IOException {
        String one =
                Files.writeString(folder.resolve("one.txt"), TEXT + " mat .\n").toString();
        String two = Files.writeString(folder.resolve("two.txt"), "the dog slept on the rug .\n")
                .toString();
        JsonNode found = object("evaluate", TOY, one, two, "--without", "1.0,1.1", "--json");
        assertThat(found.path("whole")).isEqualTo(object("evaluate", TOY, one, two, "--json"));
        double whole = found.path("whole").path("total").path("loss").asDouble();
        double part = found.path("of_part").path("total").path("loss").asDouble();
        assertThat(part).isGreaterThan(whole + .1);
        String table = printed("evaluate", TOY, one, two, "--without", "1.0,1.1");
        assertThat(table)
                .contains("without heads 1.0, 1.1, whose outputs are zero", one + ", 14 tokens", "total, 22 tokens")
                .containsPattern("loss +%.4f +%.4f +\\+%.4f".formatted(whole, part, part - whole));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "predict models/toy the --without 1 | --without: “1” is not LAYER.HEAD, as in 1.0",
                "predict models/toy the --without 0.1,ff1 | --without: “ff1” is not LAYER.HEAD, as in 1.0",
                "predict models/toy the --without 1.4 | --without: the model has no head 1.4; it has 0.0 to 1.3",
                "evaluate models/toy data/toy-held-out.txt --without 2.0 | --without: the model has no head 2.0; it has 0.0 to 1.3",
                "predict models/toy the --without 1.0,1.0 | --without: head 1.0 is given twice",
                "predict models/toy the --without 1.0 --generate 3 | --without compares next words alone",
                "evaluate models/fr-en data/fr-en-held-out.tsv --without 1.0 | --without is for models that continue texts; this one translates",
            })
    void what_cannot_be_taken_away_is_named(String line, String message) {
        assertMisused(heed(line.split(" ")), message);
    }

    @Test
    void int8_has_no_parts() {
        assertFails(heed("predict", TOY, "the", "--weights", "int8", "--without", "1.0"), "int8");
    }
}
