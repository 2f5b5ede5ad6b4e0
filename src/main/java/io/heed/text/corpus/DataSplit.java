package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress;
import io.heed.text.DataProgress.Stage;
import io.heed.text.Fingerprint;
import io.heed.text.IdList;
import io.heed.text.InOrder;
import io.heed.text.LineEnds;
import io.heed.text.TextChunk;
import io.heed.text.TextChunks;
import io.heed.text.Utf8;
import io.heed.text.tokenizer.Counts;
import io.heed.text.tokenizer.Template;
import io.heed.text.tokenizer.TextEncoder;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The training and validation parts of a text, in pieces.
 *
 * @param source where the text is and how to read it
 * @param training the pieces of the training part
 * @param validation the pieces of the validation part
 */
public record DataSplit(Corpus.Source source, List<TextChunk> training, List<TextChunk> validation) {

    /** The version of the cutting: changes whenever the same text would be cut differently. */
    private static final String WAY = "4";

    /** The most validation lines to compare with training lines; of more, a sample is compared. */
    private static final int COMPARED = 1 << 20;

    /** Reads and checks the texts, and sets aside a validation part if there is none. */
    static DataSplit of(Corpus.Source source, int piece, DataProgress progress) {
        long all = size(source.training()) + size(source.validation());
        long before = all - size(source.validation());
        List<TextChunk> training = TextChunks.of(
                source.training(), source.format(), piece, done -> progress.told(Stage.READING, done, all));
        if (source.validation().isEmpty()) {
            return cut(source, training);
        }
        List<TextChunk> validation = TextChunks.of(
                source.validation(), source.format(), piece, done -> progress.told(Stage.READING, before + done, all));
        return new DataSplit(source, training, validation);
    }

    static long size(List<Path> files) {
        return files.stream().mapToLong(file -> file.toFile().length()).sum();
    }

    /** Sets the end aside; if lines are sentences, only whole lines. */
    private static DataSplit cut(Corpus.Source source, List<TextChunk> pieces) {
        long chars = pieces.stream().mapToLong(TextChunk::chars).sum();
        long cut = (long) (chars * (1 - source.validationFraction()));
        int index = 0;
        while (index < pieces.size() - 1 && cut >= pieces.get(index).chars()) {
            cut -= pieces.get(index++).chars();
        }
        List<TextChunk> training = new ArrayList<>(pieces.subList(0, index));
        List<TextChunk> validation = new ArrayList<>();
        boolean found = false;
        for (; index < pieces.size(); index++) {
            TextChunk piece = pieces.get(index);
            byte[] bytes = found ? new byte[0] : piece.read();
            int at = found ? 0 : place(bytes, (int) cut, source.format());
            cut = 0;
            found |= at >= 0;
            if (at < 0 || (at == bytes.length && bytes.length > 0)) {
                training.add(piece);
            } else if (at == 0) {
                validation.add(piece);
            } else {
                training.add(piece.before(bytes, at));
                validation.add(piece.from(bytes, at));
            }
        }
        if (training.isEmpty() || validation.stream().allMatch(TextChunk::blank)) {
            throw new HeedException("%s is too short to set %s of it aside; name another file in data.validation"
                    .formatted(source.training().get(0), source.validationFraction()));
        }
        return new DataSplit(source, List.copyOf(training), List.copyOf(validation));
    }

    /** The byte to cut at, from a char on, or -1 if the piece has none. */
    private static int place(byte[] bytes, int chars, DataFormat format) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int cut = text.offsetByCodePoints(0, text.codePointCount(0, chars)); // not between the two chars of an emoji
        int at = text.substring(0, cut).getBytes(StandardCharsets.UTF_8).length;
        return format.endsWithLines() ? LineEnds.after(bytes, at) : at;
    }

    /** The number of bytes of both parts. */
    long bytes() {
        return bytes(training) + bytes(validation);
    }

    private static long bytes(List<TextChunk> pieces) {
        return pieces.stream().mapToLong(TextChunk::length).sum();
    }

    /** Identifies these texts, cut in this way. */
    String key() {
        List<String> all = new ArrayList<>(List.of(
                WAY, source.format().toString(), source.type().toString(), String.valueOf(source.vocabulary())));
        if (source.given() != null) {
            all.add(source.given().json());
            all.add(source.given().ids().ends().toString());
            all.add(String.valueOf(source.given().ids().rows()));
        }
        for (List<TextChunk> part : List.of(training, validation)) {
            all.add("part");
            part.forEach(piece -> all.add(piece.length() + " " + piece.lineEnd() + " " + piece.check()));
        }
        return Fingerprint.of(all.toArray(String[]::new));
    }

    /** The ids of a piece. */
    private record Cut(IdList ids, IdList lengths, int bytes) {}

    /** Writes them as an {@link IdFile}. */
    void write(OutputStream out, DataProgress progress) throws IOException {
        String json = tokenizer(progress);
        Repeats repeats = new Repeats(source.format(), COMPARED);
        InOrder.map(validation.iterator(), TextChunk::read, repeats::add);
        try (Tokenizer tokenizer = source.tokenizer(json)) {
            requireMarks(tokenizer);
            IdFile.Writer writer = new IdFile.Writer(
                    out,
                    IdFile.width(tokenizer.size()),
                    tokenizer.vocabulary().unknown().orElse(-1));
            TextEncoder encoder = tokenizer.encoder();
            long all = bytes();
            AtomicLong done = new AtomicLong();
            LongConsumer told = bytes -> progress.told(Stage.CUTTING, done.addAndGet(bytes), all);
            List<IdList> trainingLengths = cut(training, tokenizer, encoder, repeats, writer, told);
            long trainingIds = writer.count();
            long unknown = writer.unknown();
            List<IdList> validationLengths = cut(validation, tokenizer, encoder, null, writer, told);
            long validationIds = writer.count();
            boolean lines = source.format().endsWithLines();
            if (lines) {
                writer.starts(trainingLengths);
                writer.starts(validationLengths);
            }
            writer.finish(new IdFile.About(
                    key(),
                    writer.check(),
                    trainingIds,
                    validationIds,
                    lines ? count(trainingLengths) : -1,
                    lines ? count(validationLengths) : -1,
                    repeats.lines(),
                    repeats.count(),
                    unknown,
                    json));
        }
    }

    /** The tokenizer.json: the one that is given, or one built from the text. */
    private String tokenizer(DataProgress progress) {
        return source.given() != null
                ? source.given().json()
                : TokenizerBuilder.build(source.type(), counts(progress), source.vocabulary());
    }

    /** The text of a piece; each sentence of a pair is on its own line. */
    private byte[] sentencesOf(TextChunk piece, byte[] text) {
        return source.format() == DataFormat.PAIRS ? TranslationPairs.onePerLine(text, piece) : text;
    }

    private void requireMarks(Tokenizer tokenizer) {
        boolean marks = tokenizer.sentenceMarks().start().isPresent()
                && tokenizer.sentenceMarks().end().isPresent();
        if (source.format() == DataFormat.PAIRS && !marks) {
            String what = source.given() == null ? "tokenizer.type: " + source.type() : "the given tokenizer";
            throw new HeedException(("%s has no marks for the start and the end of a sentence, which translation"
                            + " needs; tokenizer.type: word has them")
                    .formatted(what));
        }
    }

    private static long count(List<IdList> lengths) {
        return lengths.stream().mapToLong(IdList::size).sum();
    }

    private Counts counts(DataProgress progress) {
        long all = bytes(training);
        return Counts.of(
                source.type(),
                source.vocabulary(),
                training,
                piece -> sentencesOf(piece, piece.read()),
                done -> progress.told(Stage.COUNTING, done, all));
    }

    /** Cuts one part into ids, writes them, and returns the number of each line's; {@code told} hears the bytes of each piece. */
    private List<IdList> cut(
            List<TextChunk> pieces,
            Tokenizer tokenizer,
            TextEncoder encoder,
            @Nullable Repeats repeats,
            IdFile.Writer writer,
            LongConsumer told)
            throws IOException {
        List<IdList> lengths = new ArrayList<>();
        Function<TextChunk, Cut> work = piece -> {
            byte[] text = piece.read();
            if (repeats != null) {
                repeats.look(text);
            }
            IdList ids = new IdList(text.length / 3 + 16);
            IdList lines = new IdList(16);
            if (source.format().endsWithLines()) {
                sentences(sentencesOf(piece, text), tokenizer, encoder, ids, lines);
            } else if (piece.equals(pieces.get(0))) {
                encoder.encode(text, 0, text.length, ids);
            } else {
                encoder.encodeLaterPart(text, 0, text.length, ids);
            }
            return new Cut(ids, lines, piece.length());
        };
        try {
            InOrder.map(pieces.iterator(), work, cut -> {
                try {
                    writer.ids(cut.ids);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                lengths.add(cut.lengths);
                told.accept(cut.bytes);
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return lengths;
    }

    /** Cuts each line that is not blank as the tokenizer encodes sentences, with start and end marks. */
    private static void sentences(byte[] text, Tokenizer tokenizer, TextEncoder encoder, IdList ids, IdList lengths) {
        Template marks = tokenizer.sentence();
        LineEnds.each(text, (from, to) -> {
            if (Utf8.isBlank(text, from, to)) {
                return;
            }
            int before = ids.size();
            ids.addAll(marks.before());
            encoder.encode(text, from, to, ids);
            ids.addAll(marks.after());
            if (ids.size() - before > 1) {
                lengths.add(ids.size() - before);
            } else {
                ids.cut(before);
            }
        });
    }
}
