package io.heed.text.corpus;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.text.Bytes;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress;
import io.heed.text.TextChunks;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
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
            return java.util.stream.Stream.concat(training.stream(), validation.stream())
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }

        /** How it becomes ids. */
        Preparation how() {
            return new Preparation(validationFraction, format, type, vocabulary, given);
        }
    }

    /**
     * A tokenizer that exists before the text.
     *
     * @param json the tokenizer.json
     * @param ids the special ids of its model, and the model's number of tokens; a text with a token beyond is refused
     */
    public record GivenTokenizer(String json, SpecialIds ids) implements Serializable {}

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

    private final IdStore ids;
    private final Tokenizer tokenizer;
    private final DataFormat format;
    private final int context;
    private @Nullable TrainingData training;
    private @Nullable TrainingData validation;

    private Corpus(IdStore ids, Preparation how, int context) {
        this.ids = ids;
        this.context = context;
        format = how.format();
        tokenizer = how.tokenizer(ids.about().tokenizer());
    }

    /**
     * A text that has been cut into ids.
     *
     * @param ids its ids, which this closes
     * @param how how it became ids
     * @param context the most positions of a row
     * @param file the name of the training text, for messages
     * @param validationFile the name of the text that the validation part is from
     * @throws HeedException if a part has too few ids
     */
    public static Corpus of(IdStore ids, Preparation how, int context, String file, String validationFile) {
        try {
            require(ids.training(), context, file, "training");
            require(ids.validation(), context, validationFile, "validation");
            return new Corpus(ids, how, context);
        } catch (RuntimeException e) {
            ids.close();
            throw e;
        }
    }

    private static void require(IdPart part, int context, String file, String name) {
        part.shortage(context).ifPresent(shortage -> {
            throw new HeedException("%s: the %s part %s".formatted(file, name, shortage));
        });
    }

    private static Corpus of(IdStore ids, Source source) {
        List<Path> validation = source.validation.isEmpty() ? source.training : source.validation;
        return of(
                ids,
                source.how(),
                source.context,
                source.training.get(0).toString(),
                validation.get(0).toString());
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
            return of(ids, source);
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
        try (Corpus corpus = of(inHeap(parts, unheard), source)) {
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
    public synchronized TrainingData training() {
        if (training == null) {
            training = data(ids.training());
        }
        return training;
    }

    /** The validation part, which is never trained on. */
    public synchronized TrainingData validation() {
        if (validation == null) {
            validation = data(ids.validation());
        }
        return validation;
    }

    private TrainingData data(IdPart part) {
        return part.data(format, context, tokenizer.sentenceMarks().addedEnds());
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
