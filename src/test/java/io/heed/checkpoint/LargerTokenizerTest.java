package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.corpus.Corpus;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.SpecialIds.InFile;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A tokenizer with more tokens than the model has rows, such as a [PAD] added later: only texts with such a token are refused. */
class LargerTokenizerTest {

    private static final String TEXT = "the cat sat on the";

    @TempDir
    private Path folder;

    private int known;
    private float[] logits;

    @BeforeEach
    void write() throws IOException {
        try (LanguageModel model = TinyModels.words()) {
            ModelFolder.write(folder, model, "");
            known = model.tokenizer().size();
            logits = logits(model);
        }
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, withPad(Files.readString(file), known));
    }

    /** A tokenizer.json with a mark [PAD] after its tokens. */
    private static String withPad(String json, int id) {
        ObjectNode root = (ObjectNode) JsonMapper.shared().readTree(json);
        ObjectNode pad = ((ArrayNode) root.path("added_tokens")).addObject();
        pad.put("id", id).put("content", "[PAD]").put("special", true);
        for (String way : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            pad.put(way, false);
        }
        return root.toString();
    }

    private static float[] logits(LanguageModel model) {
        try (NDManager reading = model.newReading()) {
            return model.read(reading, model.encode(TEXT).ids(), null).toFloatArray();
        }
    }

    private String refusal(int id) {
        return "the text has \"[PAD]\", token %d of the tokenizer, but the model only knows tokens 0 to %d; leave it out"
                .formatted(id, id - 1);
    }

    @Test
    void is_read_as_before_with_a_note() {
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu())) {
            assertThat(logits(model)).isEqualTo(logits);
            assertThat(model.notes())
                    .containsExactly(
                            "%s has %d tokens and the tokenizer 1 more; a text with one of those, such as \"[PAD]\", is refused"
                                    .formatted(folder.resolve("config.json"), known));
            assertThat(model.tokenizer().size()).isEqualTo(known);
            assertThat(model.tokenizer().vocabulary().marks()).allMatch(id -> id < known); // an index of the logits
            assertThat(model.tokenizer().vocabulary().id("[PAD]")).isEmpty();
        }
    }

    @Test
    void a_text_with_such_a_token_is_refused_by_name_however_it_is_read() {
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu())) {
            Tokenizer tokenizer = model.tokenizer();
            assertThatThrownBy(() -> model.encode("the [PAD] cat"))
                    .isInstanceOf(HeedException.class)
                    .hasMessage(refusal(known));
            assertThatThrownBy(() -> tokenizer.encodeStream("the [PAD] cat")).hasMessage(refusal(known));
            assertThatThrownBy(() -> tokenizer.encodeSentences(List.of("the cat", "[PAD]")))
                    .hasMessage(refusal(known));
            assertThatThrownBy(() -> model.encoded(new long[] {known}))
                    .hasMessage("the id %d is not in the vocabulary, which has ids from 0 to %d", known, known - 1);
        }
    }

    @Test
    void a_model_that_is_written_again_gives_the_note_again() throws IOException {
        Path written = folder.resolve("written");
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu())) {
            ModelFolder.write(written, model, "");
        }
        try (LanguageModel model = ModelFolder.read(written, Device.cpu())) {
            assertThat(model.notes()).hasSize(1);
            assertThat(logits(model)).isEqualTo(logits);
        }
    }

    /** Words and characters are cut without the library, and so are byte pairs in a long text. */
    @ParameterizedTest
    @ValueSource(strings = {"WORD", "CHARACTER", "BPE"})
    void a_training_text_is_refused_too(TokenizerType type) throws IOException {
        String plain = "the cat sat on the mat .\n".repeat(40);
        int vocabulary = type == TokenizerType.BPE ? 260 : 100;
        try (Corpus corpus = corpus(plain, type, vocabulary, null);
                Tokenizer tokenizer = corpus.tokenizer()) {
            int size = tokenizer.size();
            String padded = withPad(tokenizer.json(), size);
            Corpus.GivenTokenizer limited =
                    new Corpus.GivenTokenizer(padded, new SpecialIds(InFile.NONE, InFile.NONE, size));
            try (Corpus again = corpus(plain, type, vocabulary, limited);
                    Tokenizer same = again.tokenizer()) {
                assertThat(same.size()).isEqualTo(size);
                assertThat(again.training().targets())
                        .isEqualTo(corpus.training().targets());
            }
            assertThatThrownBy(() -> corpus(plain + "the [PAD] cat", type, vocabulary, limited))
                    .isInstanceOf(HeedException.class)
                    .hasMessage(refusal(size));
        }
    }

    private Corpus corpus(String text, TokenizerType type, int vocabulary, Corpus.GivenTokenizer given)
            throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        return Corpus.read(
                new Corpus.Source(List.of(file), List.of(), 0.1, DataFormat.STREAM, 8, type, vocabulary, given),
                folder.resolve("kept"),
                (stage, done, all) -> {});
    }
}
