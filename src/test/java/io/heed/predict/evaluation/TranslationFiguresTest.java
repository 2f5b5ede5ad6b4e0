package io.heed.predict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** BLEU and chrF against sacreBLEU's, as written by {@code fixtures/make_translation_fixtures.py}. */
class TranslationFiguresTest {

    static Stream<Arguments> corpora() throws Exception {
        Path file = Path.of("src/test/resources/fixtures/translation/figures.json");
        return JsonMapper.shared().readTree(Files.readString(file)).properties().stream()
                .map((Map.Entry<String, JsonNode> each) -> Arguments.of(each.getKey(), each.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpora")
    void match_sacrebleu(String name, JsonNode corpus) {
        Bleu bleu = new Bleu();
        ChrF chrF = new ChrF();
        for (JsonNode pair : corpus.path("pairs")) {
            bleu.add(pair.get(0).asString(), pair.get(1).asString());
            chrF.add(pair.get(0).asString(), pair.get(1).asString());
        }
        assertThat(bleu.score()).isEqualTo(corpus.path("bleu").asDouble(), within(1e-9));
        assertThat(chrF.score()).isEqualTo(corpus.path("chrf").asDouble(), within(1e-9));
    }
}
