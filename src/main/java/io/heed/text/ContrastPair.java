package io.heed.text;

/**
 * Two texts that differ in something, and the words that follow them; or two sentences, and the words with which their translations go on.
 *
 * @param clean the text
 * @param corrupted the same with something else in it
 * @param written the translation so far, the same of both; empty if it begins, or if nothing is translated
 * @param answer the word that follows the first
 * @param wrong the word that follows the second
 */
public record ContrastPair(String clean, String corrupted, String written, String answer, String wrong) {

    /** Two texts that are not translated. */
    public ContrastPair(String clean, String corrupted, String answer, String wrong) {
        this(clean, corrupted, "", answer, wrong);
    }
}
