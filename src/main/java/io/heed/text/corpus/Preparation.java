package io.heed.text.corpus;

import io.heed.text.DataFormat;
import io.heed.text.TextChunk;
import io.heed.text.TextSection;
import io.heed.text.tokenizer.Counts;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerJson;
import io.heed.text.tokenizer.TokenizerType;
import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a text becomes ids.
 *
 * @param validationFraction the share of the training text to set aside, if there is no validation text
 * @param format what its lines mean
 * @param type the type of tokenizer to build from it
 * @param vocabulary the most tokens of that tokenizer
 * @param given a tokenizer to use instead, or null
 */
public record Preparation(
        double validationFraction,
        DataFormat format,
        TokenizerType type,
        int vocabulary,
        Corpus.@Nullable GivenTokenizer given)
        implements Serializable {

    /** The text of a piece; each sentence of a pair is on its own line. */
    byte[] sentencesOf(TextChunk piece, byte[] text) {
        return format == DataFormat.PAIRS ? TranslationPairs.onePerLine(text, piece) : text;
    }

    /** Reads a piece for a tokenizer to learn from. */
    byte[] sentencesOf(TextChunk piece) {
        return sentencesOf(piece, piece.read());
    }

    /** Counts a section for the tokenizer, in this thread. */
    public Counts count(TextSection section) {
        return Counts.of(type, vocabulary, section, this::sentencesOf);
    }

    /** The tokenizer.json: the one that is given, or one built from the counts of the training part. */
    public String tokenizer(Supplier<Counts> counts) {
        return given != null ? given.json() : TokenizerBuilder.build(type, counts.get(), vocabulary);
    }

    /** Creates the tokenizer that a tokenizer.json of this text describes. */
    public Tokenizer tokenizer(String json) {
        SpecialIds ids = given == null ? SpecialIds.NONE : given.ids();
        return Tokenizer.of(TokenizerJson.of(json, "the new tokenizer"), ids).limitedTo(ids.rows());
    }

    /** How messages name the tokenizer. */
    String tokenizerName() {
        return given == null ? "tokenizer.type: " + type : "the given tokenizer";
    }
}
