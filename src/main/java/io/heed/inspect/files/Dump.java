package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.files.NamedArray.Floats;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Writes what a model computed with any number of texts into files of numbers, without loss. */
public final class Dump {

    private final LanguageModel model;
    private final DumpedArrays arrays;
    private final Consumer<Recording> read;

    /** Prepares a dump without attributions of scores. */
    public Dump(LanguageModel model, List<Passage> passages, Set<Quantity> quantities, Consumer<Recording> read) {
        this(model, passages, quantities, List.of(), read);
    }

    /**
     * Prepares a dump.
     *
     * @param passages the texts, or one translation with its source; with one text, arrays have their plain names; with several, they are numbered from 0
     * @param quantities what to dump of each
     * @param scores attributions of scores of the one text, of different cells; none with several texts
     * @param read receives the recording of each text, including its weights, once the text is dumped
     */
    public Dump(
            LanguageModel model,
            List<Passage> passages,
            Set<Quantity> quantities,
            List<ScoreAttribution> scores,
            Consumer<Recording> read) {
        this.model = model;
        if (model.transformer().config().translates() && passages.size() > 1) {
            throw new IllegalArgumentException("a dump holds one translation");
        }
        if (passages.size() > 1 && !scores.isEmpty()) {
            throw new IllegalArgumentException("scores are attributed of one text");
        }
        arrays = new DumpedArrays(model, passages, quantities, scores);
        this.read = read;
    }

    /** The number of numbers it holds for all texts. */
    public long numbers() {
        return arrays.entries().stream()
                .mapToLong(entry -> Arrays.stream(entry.shape()).reduce(1, Math::multiplyExact))
                .sum();
    }

    /**
     * Reads every text once and writes all formats at the same time; without a format, nothing is read. A failure leaves existing files unchanged.
     *
     * @param formats formats {@linkplain DumpFormat#ofNumbers() of numbers}
     * @return the files
     * @throws io.heed.HeedException if the folder cannot be written, or a text is too long for one of the quantities
     */
    public List<Path> write(Path folder, Set<DumpFormat> formats) {
        if (formats.isEmpty()) {
            return List.of();
        }
        arrays.check();
        Map<Path, DumpSink.Opening> files = new LinkedHashMap<>();
        for (DumpFormat format : formats) {
            format.files(arrays).forEach((name, opening) -> files.put(folder.resolve(name), opening));
        }
        write(files.entrySet().iterator(), new ArrayList<>());
        return List.copyOf(files.keySet());
    }

    /** Opens each file while the one before is being written, so that all are completed or abandoned together. */
    private void write(Iterator<Map.Entry<Path, DumpSink.Opening>> files, List<DumpSink> sinks) {
        if (!files.hasNext()) {
            try {
                read(sinks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return;
        }
        Map.Entry<Path, DumpSink.Opening> file = files.next();
        AtomicFile.write(file.getKey(), out -> {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            sinks.add(file.getValue().open(buffered, arrays));
            try {
                write(files, sinks);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            buffered.flush();
        });
    }

    private void read(List<DumpSink> sinks) throws IOException {
        for (Passage passage : arrays.passages()) {
            Recording recording = Recording.of(model, passage, arrays.recorded());
            List<Floats> dumped = arrays.of(recording);
            for (DumpSink sink : sinks) {
                sink.add(recording, dumped);
            }
            read.accept(recording);
        }
        for (DumpSink sink : sinks) {
            sink.finish();
        }
    }
}
