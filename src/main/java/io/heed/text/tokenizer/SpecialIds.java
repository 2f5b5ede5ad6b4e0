package io.heed.text.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which ids a model folder's files say begin a text, end one, and fill up rows.
 *
 * @param generation what generation_config.json says
 * @param model what config.json says
 * @param rows how many rows the model has; an id from there on can never come and counts as none
 */
public record SpecialIds(InFile generation, InFile model, int rows) {

    /** What is known of a tokenizer without a model. */
    public static final SpecialIds NONE = new SpecialIds(InFile.NONE, InFile.NONE, Integer.MAX_VALUE);

    /**
     * What one file says.
     *
     * @param start the id that begins a text, where it names one
     * @param ends the ids that end one, each of them; none where it names none
     * @param padding the id that fills up rows, where it names one
     */
    public record InFile(OptionalInt start, List<Integer> ends, OptionalInt padding) {

        /** Nothing. */
        public static final InFile NONE = new InFile(OptionalInt.empty(), List.of(), OptionalInt.empty());

        /** Copies the list. */
        public InFile {
            ends = List.copyOf(ends);
        }
    }

    /** The ids that end a text, as transformers takes them: those of generation_config.json, or else those of config.json. */
    public List<Integer> ends() {
        List<Integer> first = known(generation);
        return first.isEmpty() ? known(model) : first;
    }

    private List<Integer> known(InFile file) {
        return file.ends.stream().filter(id -> id < rows).toList();
    }

    /**
     * What the files of a model say that is written: what they said, a file that said nothing what the other did.
     *
     * @param start the id that begins a text where neither says anything
     * @param ends the ids that end one where a file names none
     */
    SpecialIds written(OptionalInt start, List<Integer> ends) {
        InFile own = new InFile(start, ends, OptionalInt.empty());
        return new SpecialIds(written(generation, model, own), written(model, generation, own), rows);
    }

    private InFile written(InFile file, InFile other, InFile own) {
        InFile said = Stream.of(file, other)
                .filter(Predicate.not(InFile.NONE::equals))
                .findFirst()
                .orElse(own);
        return known(said).isEmpty() ? new InFile(said.start, own.ends, said.padding) : said;
    }
}
