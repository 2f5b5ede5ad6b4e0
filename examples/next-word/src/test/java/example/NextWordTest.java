package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextWordTest {

    private static final Path TOY = Path.of("../../models/toy");

    @Test
    void knows_where_animals_rest() throws Exception {
        try (NextWord words = new NextWord(TOY)) {
            assertEquals("mat", words.after("the cat sat on the"));
            assertEquals("rug", words.after("the dog slept on the"));
        }
    }

    @Test
    void heed_s_classes_predict_the_same() throws Exception {
        assertEquals("mat", NextWord.byHeed(TOY, "the cat sat on the"));
    }

    @Test
    void threads_share_a_predictor() throws Exception {
        List<String> texts = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add(i % 2 == 0 ? "the cat sat on the" : "the dog slept on the");
            expected.add(i % 2 == 0 ? "mat" : "rug");
        }
        try (NextWord words = new NextWord(TOY)) {
            assertEquals(expected, words.afterEach(texts, 4));
        }
    }
}
