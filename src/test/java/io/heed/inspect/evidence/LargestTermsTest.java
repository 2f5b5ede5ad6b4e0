package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The largest terms of many scores are those of each score alone. */
class LargestTermsTest {

    @Test
    void are_those_of_the_keys_that_are_read_most() {
        String text = "the dog , which saw a bird , sat";
        try (LanguageModel model = TinyModels.modern()) {
            Recording recording = Recording.of(model, text, model.encode(text), Findings.needed(true));
            LargestTerms found = Findings.of(model, List.of(), recording, true).terms();
            assertThat(found).isNotNull();
            for (int layer = 0; layer < 2; layer++) {
                for (int head = 0; head < 4; head++) {
                    for (int query = 0; query < recording.length(); query++) {
                        float[] weights = recording.weights(layer, head)[query];
                        int[] place = {layer, head, query};
                        List<Integer> keys = found.cells().stream()
                                .filter(cell ->
                                        cell.layer() == place[0] && cell.head() == place[1] && cell.query() == place[2])
                                .map(LargestTerms.Cell::key)
                                .toList();
                        assertThat(keys)
                                .contains(Links.readBy(recording, layer, head, query)
                                        .key());
                        for (int key = 0; key < weights.length; key++) {
                            assertThat(keys.contains(key) || weights[key] < .1f).isTrue();
                        }
                        assertThat(keys).allMatch(key -> key <= place[2]);
                    }
                }
            }
            for (LargestTerms.Cell cell : found.cells()) {
                ScoreAttribution whole = ScoreAttribution.of(
                        model,
                        recording,
                        new ScoreAttribution.Cell(cell.layer(), cell.head(), cell.query(), cell.key()));
                for (int rank = 0; rank < 3 && rank < whole.largest().size(); rank++) {
                    ScoreAttribution.Term expected = whole.largest().get(rank);
                    LargestTerms.Term term = cell.terms().get(rank);
                    assertThat(term.value()).isEqualTo((float) expected.value(), within(.0006f)); // in thousandths
                    ScoreAttribution.Part asks = whole.queryParts().get(expected.queryPart());
                    assertThat(found.parts().get(term.query()))
                            .isEqualTo(new LargestTerms.Part(asks.name(), asks.layer(), asks.head()));
                }
            }
        }
    }

    @Test
    void are_left_out_where_they_would_take_long() {
        try (LanguageModel model = TinyModels.words()) {
            assertThat(LargestTerms.isQuick(model, 100)).isTrue();
            assertThat(LargestTerms.isQuick(model, 1_000_000))
                    .isFalse(); // 8 heads that project 16 numbers to 4, of 6 parts
            String text = "the cat sat";
            Recording recording = Recording.of(model, text, model.encode(text), Findings.needed(false));
            assertThat(Findings.of(model, List.of(), recording, false).terms()).isNull();
        }
    }
}
