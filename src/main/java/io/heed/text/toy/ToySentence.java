package io.heed.text.toy;

import java.util.List;

/**
 * A sentence of the toy corpus and its dependencies.
 *
 * @param words its words and punctuation marks
 * @param dependencies the words that another word determines
 * @param heldOut whether it is held out from training
 */
public record ToySentence(List<String> words, List<Dependency> dependencies, boolean heldOut) {

    /** What a word depends on. */
    public enum Kind {
        /** The place, from the animal that rests there. */
        PLACE,
        /** {@code was} or {@code were}, from the number of the subject. */
        NUMBER,
        /** {@code she} or {@code he}, from the name. */
        PRONOUN,
        /** The second mention of a name, from the first. */
        COPY
    }

    /**
     * One planted dependency.
     *
     * @param kind the kind of dependency
     * @param word the index of the dependent word
     * @param source the index of the word that determines it
     * @param distractor the index of a word between them that suggests another word, or -1
     */
    public record Dependency(Kind kind, int word, int source, int distractor) {

        /** Whether another word of the source's kind is between them. */
        public boolean distracted() {
            return distractor >= 0;
        }
    }

    /** The sentence as a line of text. */
    public String text() {
        return String.join(" ", words);
    }
}
