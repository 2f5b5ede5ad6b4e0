package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many variants of a text are read at once, by a model whose feed-forward network is 40 wide. */
class VariantBatchesTest {

    @ParameterizedTest
    @CsvSource({
        "130, 12, 64 64 2", // never more than 64
        "128, 12, 64 64",
        "5, 100000, 2 2 1", // 2²³ / (100,000 · 40) is 2.1
        "4, 69905, 3 1", // 2²³ / (69,905 · 40) is 3.00001
        "2, 1000000, 1 1", // and never fewer than one
        "0, 12, ''"
    })
    void are_as_many_as_32_mib_hold(int variants, int length, String sizes) {
        try (LanguageModel model = TinyModels.words()) {
            List<Integer> all = IntStream.range(0, variants).boxed().toList();
            List<List<Integer>> parts = VariantBatches.cut(all, model, length);
            assertThat(String.join(
                            " ", parts.stream().map(part -> "" + part.size()).toList()))
                    .isEqualTo(sizes);
            assertThat(parts.stream().flatMap(List::stream).toList()).isEqualTo(all);
        }
    }
}
