package io.heed.text.tokenizer;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The marks that start and end texts and sentences. */
public final class SentenceMarks {

    private final SpecialIds said;
    private final Set<Integer> ends;
    private final Template template;
    private final Template sentence; // the template, and an end

    private SentenceMarks(SpecialIds said, Set<Integer> ends, Template template) {
        this.said = said;
        this.ends = ends;
        this.template = template;
        sentence = template.endingIn(ends);
    }

    /** Reads the marks from a tokenizer.json's {@code post_processor} and the special ids of its model. */
    static SentenceMarks of(JsonNode processor, SpecialIds said, Vocabulary vocabulary) {
        Set<Integer> ends = new LinkedHashSet<>(said.ends());
        if (ends.isEmpty()) {
            Stream.of(TokenizerBuilder.END, TokenizerBuilder.END_OF_TEXT)
                    .flatMapToInt(mark -> vocabulary.id(mark).stream())
                    .filter(id -> id < said.rows())
                    .forEach(ends::add);
        }
        return new SentenceMarks(said, ends, Template.of(processor));
    }

    /** The number of marks, 0 or 1, that {@link Tokenizer#encodeSentences} adds to those of {@link Tokenizer#encode}. */
    public int addedEnds() {
        return sentence.length() - template.length();
    }

    /** The number of marks that {@link Tokenizer#encode} puts around every text. */
    public int around() {
        return template.length();
    }

    /** The marks around a sentence for training and scoring. */
    Template sentence() {
        return sentence;
    }

    /** The ids of a sentence with the end mark that {@link Tokenizer#encodeSentences} adds, if any. */
    long[] ended(long[] ids) {
        int added = addedEnds();
        long[] marked = Arrays.copyOf(ids, ids.length + added);
        System.arraycopy(sentence.after(), sentence.after().length - added, marked, ids.length, added);
        return marked;
    }

    /** The ids that {@link Tokenizer#encode} puts before every text. */
    public long[] beginning() {
        return template.before().clone();
    }

    /** The first id that is put before every text, if any. */
    public OptionalInt start() {
        return Arrays.stream(template.before()).mapToInt(Math::toIntExact).findFirst();
    }

    /** The id that ends a sentence: the first of those that end a text, if any. */
    public OptionalInt end() {
        return ends.stream().mapToInt(Integer::intValue).findFirst();
    }

    /**
     * The ids that end a text: those that the model's files name or, if they name none, a token called {@code [EOS]} or {@code
     * <|endoftext|>}.
     */
    public Set<Integer> ends() {
        return Collections.unmodifiableSet(ends);
    }

    /** The special ids to write to the files of a model with this tokenizer: those read, if any. */
    public SpecialIds specialIds() {
        OptionalInt start = start();
        return said.written(
                start.isPresent() ? start : end(), // as in GPT-2, whose single mark ends a text and starts the next
                List.copyOf(ends));
    }
}
