package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress;
import io.heed.text.DataProgress.Stage;
import io.heed.text.Fingerprint;
import io.heed.text.IdList;
import io.heed.text.InOrder;
import io.heed.text.LineEnds;
import io.heed.text.StoredText;
import io.heed.text.TextChunk;
import io.heed.text.TextChunks;
import io.heed.text.TextSection;
import io.heed.text.tokenizer.Counts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The training and validation parts of a text, in sections that can be counted and cut one by one.
 *
 * @param how how the text becomes ids
 * @param training the sections of the training part
 * @param validation the sections of the validation part
 */
public record DataSplit(Preparation how, List<TextSection> training, List<TextSection> validation) {

    /** The version of the cutting: changes whenever the same text would be cut differently. */
    private static final String WAY = "4";

    /** Copies the lists. */
    public DataSplit {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /** Reads and checks the texts, and sets aside a validation part if there is none. */
    static DataSplit of(Corpus.Source source, int piece, DataProgress progress) {
        long all = source.bytes();
        List<StoredText> files = source.training().stream().map(StoredText::of).toList();
        List<StoredText> others =
                source.validation().stream().map(StoredText::of).toList();
        long before = files.stream().mapToLong(StoredText::size).sum();
        DataFormat format = source.format();
        List<TextSection> training =
                TextChunks.of(files, format, piece, done -> progress.told(Stage.READING, done, all));
        List<TextSection> validation = others.isEmpty()
                ? List.of()
                : TextChunks.of(others, format, piece, done -> progress.told(Stage.READING, before + done, all));
        return of(source.how(), training, validation);
    }

    /**
     * Sets aside a validation part if there is none.
     *
     * @param training the sections of the training text
     * @param validation those of the validation text; may be empty
     * @throws HeedException if the training text is too short to set a part aside
     */
    public static DataSplit of(Preparation how, List<TextSection> training, List<TextSection> validation) {
        return validation.isEmpty() ? cut(how, training) : new DataSplit(how, training, validation);
    }

    /** Sets the end aside; if lines are sentences, only whole lines. */
    private static DataSplit cut(Preparation how, List<TextSection> all) {
        List<TextChunk> pieces =
                all.stream().flatMap(section -> section.pieces().stream()).toList();
        long chars = pieces.stream().mapToLong(TextChunk::chars).sum();
        long cut = (long) (chars * (1 - how.validationFraction()));
        int index = 0; // of the piece in which the end starts
        while (index < pieces.size() - 1 && cut >= pieces.get(index).chars()) {
            cut -= pieces.get(index++).chars();
        }
        DataSplit parts = divided(how, all, index, (int) cut);
        if (parts.training.isEmpty() || parts.validation.stream().allMatch(TextSection::blank)) {
            throw new HeedException("%s is too short to set %s of it aside; name another file in data.validation"
                    .formatted(pieces.get(0).file(), how.validationFraction()));
        }
        return parts;
    }

    /**
     * Divides sections.
     *
     * @param index the number of pieces before the one in which the validation part starts
     * @param chars the number of chars of that piece before it starts or, if lines are sentences, before the line that comes before it
     */
    private static DataSplit divided(Preparation how, List<TextSection> all, int index, int chars) {
        List<TextSection> training = new ArrayList<>();
        List<TextSection> validation = new ArrayList<>();
        boolean found = false;
        int number = 0;
        for (TextSection section : all) {
            List<TextChunk> before = new ArrayList<>();
            List<TextChunk> after = new ArrayList<>();
            for (TextChunk piece : section.pieces()) {
                boolean sought = number >= index && !found;
                byte[] bytes = sought ? piece.read() : new byte[0];
                int at = sought ? place(bytes, number == index ? chars : 0, how.format()) : found ? 0 : -1;
                number++;
                found |= at >= 0;
                if (at < 0 || (at == bytes.length && bytes.length > 0)) {
                    before.add(piece);
                } else if (at == 0) {
                    after.add(piece);
                } else {
                    before.add(piece.before(bytes, at));
                    after.add(piece.from(bytes, at));
                }
            }
            add(before, training);
            add(after, validation);
        }
        return new DataSplit(how, training, validation);
    }

    private static void add(List<TextChunk> pieces, List<TextSection> sections) {
        if (!pieces.isEmpty()) {
            sections.add(new TextSection(pieces));
        }
    }

    /** The byte to cut at, from a char on, or -1 if the piece has none. */
    private static int place(byte[] bytes, int chars, DataFormat format) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int cut = text.offsetByCodePoints(0, text.codePointCount(0, chars)); // not between the two chars of an emoji
        int at = text.substring(0, cut).getBytes(StandardCharsets.UTF_8).length;
        return format.endsWithLines() ? LineEnds.after(bytes, at) : at;
    }

    /** The number of bytes of both parts. */
    public long bytes() {
        return TextSection.bytes(training) + TextSection.bytes(validation);
    }

    /** Identifies these texts, cut in this way. */
    public String key() {
        List<String> all = new ArrayList<>(
                List.of(WAY, how.format().toString(), how.type().toString(), String.valueOf(how.vocabulary())));
        Corpus.GivenTokenizer given = how.given();
        if (given != null) {
            all.add(given.json());
            all.add(given.ids().ends().toString());
            all.add(String.valueOf(given.ids().rows()));
        }
        for (List<TextSection> part : List.of(training, validation)) {
            all.add("part");
            part.forEach(section -> section.pieces()
                    .forEach(piece -> all.add(piece.length() + " " + piece.lineEnd() + " " + piece.check())));
        }
        return Fingerprint.of(all.toArray(String[]::new));
    }

    /** Writes them as an {@link IdFile}, using all cores. */
    void write(OutputStream out, DataProgress progress) throws IOException {
        String json = how.tokenizer(() -> counts(progress));
        Repeats repeats = Repeats.none(how.format());
        validation.forEach(section ->
                InOrder.map(section.pieces().iterator(), TextChunk::read, (byte[] text) -> repeats.add(text)));
        long all = bytes();
        AtomicLong done = new AtomicLong();
        LongConsumer told = bytes -> progress.told(Stage.CUTTING, done.addAndGet(bytes), all);
        try (PieceCutter cutter = new PieceCutter(how, json)) {
            IdWriter writer = IdFile.begin(cutter, out);
            List<IdList> trainingLengths = cut(training, cutter, repeats, writer, told);
            long trainingIds = writer.count();
            long unknown = writer.unknown();
            List<IdList> validationLengths = cut(validation, cutter, null, writer, told);
            long validationIds = writer.count();
            boolean lines = how.format().endsWithLines();
            if (lines) {
                writer.starts(trainingLengths);
                writer.starts(validationLengths);
            }
            IdFile.finish(
                    out,
                    new CorpusFacts(
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

    private static long count(List<IdList> lengths) {
        return lengths.stream().mapToLong(IdList::size).sum();
    }

    private Counts counts(DataProgress progress) {
        long all = TextSection.bytes(training);
        return Counts.of(
                how.type(),
                how.vocabulary(),
                training,
                how::sentencesOf,
                done -> progress.told(Stage.COUNTING, done, all));
    }

    /** Cuts one part into ids, writes them, and returns the number of each line's; {@code told} hears the bytes of each piece. */
    private static List<IdList> cut(
            List<TextSection> sections,
            PieceCutter cutter,
            @Nullable Repeats repeats,
            IdWriter writer,
            LongConsumer told)
            throws IOException {
        List<IdList> lengths = new ArrayList<>();
        TextChunk first = sections.get(0).pieces().get(0);
        try {
            for (TextSection section : sections) {
                InOrder.map(
                        section.pieces().iterator(), piece -> cutter.cut(piece, piece.equals(first), repeats), cut -> {
                            try {
                                writer.ids(cut.ids());
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            lengths.add(cut.lengths());
                            told.accept(cut.bytes());
                        });
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return lengths;
    }
}
