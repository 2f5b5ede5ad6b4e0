package io.heed.text.tokenizer;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ids that start a text, end one, and pad rows, according to a model folder's files.
 *
 * @param generation the ids in generation_config.json
 * @param model the ids in config.json
 * @param rows the model's number of rows; an id beyond can never occur and is ignored
 */
public record SpecialIds(InFile generation, InFile model, int rows) implements Serializable {

    /** The ids of a tokenizer without a model. */
    public static final SpecialIds NONE = new SpecialIds(InFile.NONE, InFile.NONE, Integer.MAX_VALUE);

    /**
     * The ids in one file.
     *
     * @param start the id that starts a text, if named
     * @param ends the ids that each end a text; may be empty
     * @param padding the id that pads rows, if named
     */
    public record InFile(OptionalInt start, List<Integer> ends, OptionalInt padding) implements Serializable {

        /** No ids. */
        public static final InFile NONE = new InFile(OptionalInt.empty(), List.of(), OptionalInt.empty());

        /** Copies the list. */
        public InFile {
            ends = List.copyOf(ends);
        }

        private Object writeReplace() {
            return new Written(start.stream().toArray(), ends, padding.stream().toArray());
        }

        /** What the ids in a file are sent as, since an OptionalInt cannot be. */
        private record Written(int[] start, List<Integer> ends, int[] padding) implements Serializable {
            private Object readResolve() {
                return new InFile(
                        IntStream.of(start).findFirst(),
                        ends,
                        IntStream.of(padding).findFirst());
            }
        }
    }

    /** The ids that end a text, chosen as in transformers: those of generation_config.json, or else those of config.json. */
    public List<Integer> ends() {
        List<Integer> first = known(generation);
        return first.isEmpty() ? known(model) : first;
    }

    private List<Integer> known(InFile file) {
        return file.ends.stream().filter(id -> id < rows).toList();
    }

    /**
     * The ids for the files of a model that is written: as they were read, with those of the other file if a file had none.
     *
     * @param start the id that starts a text if neither file has any ids
     * @param ends the ids that end a text if a file names none
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
