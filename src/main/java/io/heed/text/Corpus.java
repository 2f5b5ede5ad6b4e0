package io.heed.text;

import io.heed.HeedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's text, made ready to learn from.
 *
 * @param tokenizer what cut it
 * @param training what is learnt
 * @param validation what the learning is checked on, never learnt
 */
public record Corpus(Tokenizer tokenizer, TrainingData training, TrainingData validation) {

    /**
     * Where a text is and how it is to be read.
     *
     * @param training the text to learn from
     * @param validation the text to check on, or null to take the end of the first
     * @param validationFraction the share of the training text that is taken, where there is no other
     * @param format what its lines mean
     * @param context the largest number of positions of a row
     */
    public record Source(
            Path training, @Nullable Path validation, double validationFraction, DataFormat format, int context) {}

    /** Reads a text and builds its tokenizer, from the training part alone. */
    public static Corpus read(Source source, TokenizerType type, int vocabulary) {
        String text = TextFile.read(source.training);
        String check;
        if (source.validation != null) {
            check = TextFile.read(source.validation);
        } else {
            int cut = cut(text, source);
            check = text.substring(cut);
            text = text.substring(0, cut);
        }
        Tokenizer tokenizer = Tokenizer.of(TokenizerBuilder.build(type, text, vocabulary), "the new tokenizer");
        Path checkFile = source.validation == null ? source.training : source.validation;
        return new Corpus(
                tokenizer,
                data(tokenizer, text, source, source.training, "training"),
                data(tokenizer, check, source, checkFile, "validation"));
    }

    /** What tells this text and its tokenizer from others. */
    public String fingerprint() {
        return Integer.toHexString(tokenizer.json().hashCode()) + "-" + training.targets() + "-" + validation.targets();
    }

    /** Where the validation part begins: after a whole line, where lines are sentences. */
    private static int cut(String text, Source source) {
        int cut = (int) (text.length() * (1 - source.validationFraction));
        if (source.format == DataFormat.LINES) {
            cut = text.indexOf('\n', cut) + 1;
        } else {
            cut = text.offsetByCodePoints(0, text.codePointCount(0, cut)); // not between the two chars of an emoji
        }
        if (cut <= 0 || cut >= text.length() || text.substring(cut).isBlank()) {
            throw new HeedException("%s is too short to set %s of it aside; give data.validation a file of its own"
                    .formatted(source.training, source.validationFraction));
        }
        return cut;
    }

    private static TrainingData data(Tokenizer tokenizer, String text, Source source, Path file, String part) {
        return switch (source.format) {
            case LINES -> {
                List<long[]> sentences = sentences(tokenizer, TextFile.lines(text));
                if (sentences.isEmpty()) {
                    throw new HeedException("%s: the %s part has no line of two tokens or more".formatted(file, part));
                }
                yield new Lines(sentences, source.context);
            }
            case STREAM -> {
                int[] ids = stream(tokenizer, text);
                if (ids.length <= source.context) {
                    throw new HeedException("%s: the %s part has %d tokens, which is not more than the context of %d"
                            .formatted(file, part, ids.length, source.context));
                }
                yield new Stream(ids, source.context);
            }
        };
    }

    /** Cuts sentences into ids, and leaves out those in which nothing comes after anything. */
    static List<long[]> sentences(Tokenizer tokenizer, List<String> lines) {
        List<long[]> sentences = new ArrayList<>(lines.size());
        for (long[] ids : tokenizer.encodeSentences(lines)) {
            if (ids.length > 1) {
                sentences.add(ids);
            }
        }
        return sentences;
    }

    /** Cuts a long text piece by piece, at line ends, since the library copies what it is given several times. */
    private static int[] stream(Tokenizer tokenizer, String text) {
        int[] ids = new int[0];
        int count = 0;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', Math.min(text.length(), start + TextPieces.LENGTH)) + 1;
            end = end == 0 ? text.length() : end;
            long[] part = tokenizer.encodeStream(text.substring(start, end));
            if (ids.length < count + part.length) {
                ids = Arrays.copyOf(ids, Math.max(2 * ids.length, count + part.length));
            }
            for (long id : part) {
                ids[count++] = (int) id;
            }
            start = end;
        }
        return Arrays.copyOf(ids, count);
    }
}
