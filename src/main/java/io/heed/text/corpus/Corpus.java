package io.heed.text.corpus;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.text.Bytes;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress;
import io.heed.text.TextChunks;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerJson;
import io.heed.text.tokenizer.TokenizerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text prepared for training. It is cut into tokens once; those of a long text are kept in a file and read as needed, so that only a
 * few pieces are ever in the heap.
 */
public final class Corpus implements AutoCloseable {

    /**
     * Where a text is and how to read it.
     *
     * @param training the files to train on
     * @param validation the files to validate on; empty to set aside the end of the training files
     * @param validationFraction the share of the training text to set aside, if there are no validation files
     * @param format what its lines mean
     * @param context the most positions of a row
     * @param type the type of tokenizer to build from it
     * @param vocabulary the most tokens of that tokenizer
     * @param given a tokenizer to use instead, or null
     */
    public record Source(
            List<Path> training,
            List<Path> validation,
            double validationFraction,
            DataFormat format,
            int context,
            TokenizerType type,
            int vocabulary,
            @Nullable GivenTokenizer given) {

        /** The total number of bytes of its files. */
        public long bytes() {
            return DataSplit.size(training) + DataSplit.size(validation);
        }

        /** Creates the tokenizer that a tokenizer.json of this source describes. */
        Tokenizer tokenizer(String json) {
            SpecialIds ids = given == null ? SpecialIds.NONE : given.ids;
            return Tokenizer.of(TokenizerJson.of(json, "the new tokenizer"), ids)
                    .limitedTo(ids.rows());
        }
    }

    /**
     * A tokenizer that exists before the text.
     *
     * @param json the tokenizer.json
     * @param ids the special ids of its model, and the model's number of tokens; a text with a token beyond is refused
     */
    public record GivenTokenizer(String json, SpecialIds ids) {}

    /**
     * Limits on memory.
     *
     * @param piece the bytes of text that are processed at once
     * @param text the most bytes of text whose tokens are kept in the heap rather than in a file
     */
    public record Limits(int piece, long text) {}

    private static final Limits LIMITS = new Limits(TextChunks.SIZE, 1 << 24);

    /** Held while this process writes an id file; a lock on the folder keeps out other processes. */
    private static final Object MAKING = new Object();

    private final IdFile ids;
    private final Tokenizer tokenizer;
    private final TrainingData training;
    private final TrainingData validation;

    private Corpus(IdFile ids, Source source) {
        this.ids = ids;
        tokenizer = source.tokenizer(ids.about().tokenizer());
        String file = source.training.get(0).toString();
        String checkFile = (source.validation.isEmpty() ? source.training : source.validation)
                .get(0)
                .toString();
        boolean lines = source.format.endsWithLines();
        int ends = tokenizer.sentenceMarks().addedEnds();
        training = data(ids.training(), lines ? ids.trainingStarts() : null, source, ends, file, "training");
        validation =
                data(ids.validation(), lines ? ids.validationStarts() : null, source, ends, checkFile, "validation");
    }

    private static TrainingData data(Ids ids, @Nullable Ids starts, Source source, int ends, String file, String part) {
        int context = source.context;
        if (starts == null) {
            if (ids.count() <= context) {
                throw new HeedException("%s: the %s part has %d tokens, which must be more than the context of %d"
                        .formatted(file, part, ids.count(), context));
            }
            return new Stream(ids, context);
        }
        if (starts.count() == 1) {
            throw new HeedException("%s: the %s part has no line of two tokens or more".formatted(file, part));
        }
        Lines lines = new Lines(ids, starts, context);
        return source.format == DataFormat.PAIRS ? new TranslationPairs(lines, context, ends) : lines;
    }

    /**
     * Reads a text and builds its tokenizer, from the training part only.
     *
     * @param folder the folder in which a long text's tokens are cached for later runs; created if missing
     * @param progress told how reading progresses
     * @throws HeedException naming the file and the place of an error in the text
     */
    public static Corpus read(Source source, Path folder, DataProgress progress) {
        return read(source, folder, progress, LIMITS);
    }

    public static Corpus read(Source source, Path folder, DataProgress progress, Limits limits) {
        DataSplit parts = DataSplit.of(source, limits.piece, progress);
        try {
            IdFile ids = parts.bytes() <= limits.text ? inHeap(parts, progress) : inFile(parts, folder, progress);
            try {
                return new Corpus(ids, source);
            } catch (RuntimeException e) {
                ids.close();
                throw e;
            }
        } catch (IOException e) {
            throw new HeedException(
                    "cannot store the text's tokens in %s: %s; choose a folder that is writable"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    /**
     * Checks a text without keeping anything.
     *
     * @param cut whether to cut it into tokens, all in the heap, to check that there are enough
     * @throws HeedException as {@link #read} does
     */
    public static void check(Source source, boolean cut) {
        DataProgress unheard = (stage, done, all) -> {};
        DataSplit parts = DataSplit.of(source, LIMITS.piece, unheard);
        if (!cut) {
            return;
        }
        try (Corpus corpus = new Corpus(inHeap(parts, unheard), source)) {
            corpus.tokenizer().close();
        } catch (IOException e) {
            throw new HeedException("cannot cut the text into tokens: " + e.getMessage(), e); // no disk is involved
        }
    }

    private static IdFile inHeap(DataSplit parts, DataProgress progress) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.write(out, progress);
        return made(IdFile.whole(new Bytes.InHeap(out.toByteArray()), parts.key(), done -> {}));
    }

    private static IdFile inFile(DataSplit parts, Path folder, DataProgress progress) throws IOException {
        Path file = folder.resolve(parts.key().substring(0, 16) + ".ids");
        Files.createDirectories(folder);
        synchronized (MAKING) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.lock()) {
                IdFile kept = open(file, parts, progress);
                if (kept != null) {
                    return kept;
                }
                AtomicFile.write(file, out -> parts.write(out, progress));
                return made(open(file, parts, progress));
            }
        }
    }

    private static @Nullable IdFile open(Path file, DataSplit parts, DataProgress progress) throws IOException {
        long all = Files.exists(file) ? Files.size(file) : 0;
        return IdFile.open(file, parts.key(), done -> progress.told(DataProgress.Stage.CHECKING, done, all));
    }

    private static IdFile made(@Nullable IdFile file) throws IOException {
        if (file == null) {
            throw new IOException("the file just written reads back differently");
        }
        return file;
    }

    /** Its tokenizer. The caller owns it: closing the corpus leaves it open. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The training part. */
    public TrainingData training() {
        return training;
    }

    /** The validation part, which is never trained on. */
    public TrainingData validation() {
        return validation;
    }

    /** 64 hexadecimal digits that change with the tokenizer and with the ids of either part. */
    public String fingerprint() {
        return ids.fingerprint();
    }

    /**
     * The number of the validation part's lines that are also in the training part; in one long text, only lines of 40 bytes or more
     * count. With more than a million different lines it is an estimate.
     */
    public long repeatedLines() {
        return ids.about().repeated();
    }

    /** The number of lines of the validation part that {@link #repeatedLines} compares. */
    public long comparedLines() {
        return ids.about().checked();
    }

    /** The share of the training part's tokens that are words the tokenizer does not know, from 0 to 1. */
    public double unknownShare() {
        return (double) ids.about().unknown() / Math.max(1, ids.about().training());
    }

    /** Closes the file of ids. */
    @Override
    public void close() {
        ids.close();
    }
}
