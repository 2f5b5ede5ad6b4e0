package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.DataFormat;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.TokenizerType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How a text becomes ids, told to another process. */
class PreparationTest {

    @Test
    void it_arrives_as_it_was_sent() throws IOException, ClassNotFoundException {
        SpecialIds ids = new SpecialIds(
                new SpecialIds.InFile(OptionalInt.of(3), List.of(4, 5), OptionalInt.empty()),
                new SpecialIds.InFile(OptionalInt.empty(), List.of(), OptionalInt.of(7)),
                100);
        Preparation how =
                new Preparation(.1, DataFormat.PAIRS, TokenizerType.BPE, 300, new Corpus.GivenTokenizer("{}", ids));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(how);
        }
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            assertThat(objects.readObject()).isEqualTo(how);
        }
    }
}
