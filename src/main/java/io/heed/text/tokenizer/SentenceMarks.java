package io.heed.text.tokenizer;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The marks that begin and end texts and sentences. */
public final class SentenceMarks {

    private final SpecialIds said;
    private final Set<Integer> ends;
    private final Template template;
    private final Template sentence; // as that, and an end

    private SentenceMarks(SpecialIds said, Set<Integer> ends, Template template) {
        this.said = said;
        this.ends = ends;
        this.template = template;
        sentence = template.endingIn(ends);
    }

    /** Those of a tokenizer.json's {@code post_processor}, and what the files of the model it belongs to say. */
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

    /** How many marks {@link Tokenizer#encodeSentences} puts behind what {@link Tokenizer#encode} gives, none or one. */
    public int addedEnds() {
        return sentence.length() - template.length();
    }

    /** How many marks {@link Tokenizer#encode} puts around every text. */
    public int around() {
        return template.length();
    }

    /** What stands around a sentence that is learnt or scored. */
    Template sentence() {
        return sentence;
    }

    /** The ids of a sentence with what {@link Tokenizer#encodeSentences} puts behind them. */
    long[] ended(long[] ids) {
        int added = addedEnds();
        long[] marked = Arrays.copyOf(ids, ids.length + added);
        System.arraycopy(sentence.after(), sentence.after().length - added, marked, ids.length, added);
        return marked;
    }

    /** The ids that {@link Tokenizer#encode} puts in front of every text. */
    public long[] beginning() {
        return template.before().clone();
    }

    /** The first of the ids that are put in front of every text, where there is one. */
    public OptionalInt start() {
        return Arrays.stream(template.before()).mapToInt(Math::toIntExact).findFirst();
    }

    /** The id that ends a sentence, the first of those that end a text, where there is one. */
    public OptionalInt end() {
        return ends.stream().mapToInt(Integer::intValue).findFirst();
    }

    /**
     * The ids that end a text: those that the model's files name, or, where they name none, a token that is called {@code [EOS]} or
     * {@code <|endoftext|>}.
     */
    public Set<Integer> ends() {
        return Collections.unmodifiableSet(ends);
    }

    /** What the files of a model with this tokenizer are to say of where texts begin and end: what they said where it was read. */
    public SpecialIds specialIds() {
        OptionalInt start = start();
        return said.written(
                start.isPresent() ? start : end(), // as in GPT-2, whose one mark ends a text and begins the next
                List.copyOf(ends));
    }
}
