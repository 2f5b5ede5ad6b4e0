package io.heed.inspect.heads;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.circuit.graph.Circuit;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What heads are said to be for, in circuits written by hand. */
class HeadPurposeTest {

    private static ModelConfig config(int keyHeads) {
        return ModelConfig.builder(10, 16, 8, 3)
                .attention(new Attention(4, true).withKeyHeads(keyHeads))
                .build();
    }

    @Test
    void an_induction_head_looks_by_words_and_finds_what_the_previous_token_head_wrote() {
        HeadPurpose purpose = new HeadPurpose(
                config(4),
                new Circuit(
                        List.of("words→0.1.v", "words→1.2.q", "0.1→1.2.k", "words→1.2.v", "ff0→1.2.v", "1.2→logits")));
        assertThat(purpose.of(0, 1)).isEqualTo("It moves what the words write; writes for the keys of head 1.2.");
        assertThat(purpose.of(1, 2))
                .isEqualTo("It looks by what the words write; finds by what head 0.1 writes; moves what the words and"
                        + " feed-forward network 0 write; writes for the answer.");
        assertThat(purpose.of(0, 0)).isEqualTo("It is not in the circuit.");
    }

    @Test
    void heads_that_share_keys_are_for_the_same_there() {
        HeadPurpose purpose = new HeadPurpose(
                config(2), new Circuit(List.of("words→0.3.q", "words→0.1.k", "0.3→1.0.v", "1.0→logits", "1.1→logits")));
        assertThat(purpose.of(0, 3))
                .isEqualTo("It looks by what the words write; finds by what the words write;"
                        + " writes for the values of key head 1.0.");
        assertThat(purpose.of(1, 1))
                .as("key head 0 serves heads 0 and 1")
                .isEqualTo("It moves what head 0.3 writes; writes for the answer.");
        assertThat(purpose.of(0, 2)).isEqualTo("It is not in the circuit.");
    }

    @Test
    void only_some_of_many_are_named() {
        HeadPurpose purpose = new HeadPurpose(
                config(4),
                new Circuit(List.of("words→0.0.v", "0.0→1.0.q", "0.0→1.1.q", "0.0→1.2.q", "0.0→1.3.q", "0.0→logits")));
        assertThat(purpose.of(0, 0))
                .endsWith(
                        "writes for the queries of head 1.0, the queries of head 1.1, the queries of head 1.2 and 2 others.");
    }
}
