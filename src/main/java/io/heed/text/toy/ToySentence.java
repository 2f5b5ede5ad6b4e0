package io.heed.text.toy;

import java.util.List;

/**
 * A sentence of the toy corpus and what in it depends on what.
 *
 * @param words its words and punctuation marks
 * @param dependencies the words that another word decides
 * @param heldOut whether it is kept from training
 */
public record ToySentence(List<String> words, List<Dependency> dependencies, boolean heldOut) {

    /** What a word takes from another. */
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
     * @param kind what is taken
     * @param word the index of the word that is decided
     * @param source the index of the word that decides it
     * @param distractor the index of a word between them that would decide otherwise, or -1
     */
    public record Dependency(Kind kind, int word, int source, int distractor) {

        /** Whether another word of the source's sort stands between. */
        public boolean distracted() {
            return distractor >= 0;
        }
    }

    /** The sentence as a line of text. */
    public String text() {
        return String.join(" ", words);
    }
}
