package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
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
    private final List<Passage> passages;
    private final Contents contents;
    private final Consumer<Recording> read;

    /**
     * Prepares a dump.
     *
     * @param passages the texts; of one, arrays have their plain names; of several, they are numbered from 0
     * @param parts what is dumped of each
     * @param read is handed what was recorded of each text, the weights among it, once the text is dumped
     */
    public Dump(LanguageModel model, List<Passage> passages, Set<Part> parts, Consumer<Recording> read) {
        this.model = model;
        this.passages = passages;
        this.contents = new Contents(model, parts);
        this.read = read;
    }

    /** How many numbers it holds of all texts. */
    public long numbers() {
        return passages.stream()
                .flatMap(passage -> contents.shapes("", passage.encoded().length()).stream())
                .mapToLong(shape -> Arrays.stream(shape.shape()).reduce(1, Math::multiplyExact))
                .sum();
    }

    /**
     * Reads every text once and writes all formats at the same time; of no format, nothing is read. A failure on the way leaves the files as they were.
     *
     * @param formats formats {@linkplain Format#ofNumbers() of numbers}
     * @return the files
     * @throws io.heed.HeedException if the folder cannot be written, or a text is too long for what is to be dumped of it
     */
    public List<Path> write(Path folder, Set<Format> formats) {
        if (formats.isEmpty()) {
            return List.of();
        }
        passages.forEach(passage -> contents.check(passage.encoded().length()));
        Map<Path, Opening> files = new LinkedHashMap<>();
        for (Format format : formats) {
            if (format == Format.CSV) {
                for (CsvTable table : CsvTable.of(contents)) {
                    files.put(folder.resolve(table.file()), out -> new CsvSink(out, table));
                }
            } else {
                files.put(folder.resolve("attention." + format), out -> sink(format, out));
            }
        }
        write(files.entrySet().iterator(), new ArrayList<>());
        return List.copyOf(files.keySet());
    }

    /** Begins a file. */
    @FunctionalInterface
    private interface Opening {
        Sink open(OutputStream out) throws IOException;
    }

    /** Opens one file inside the writing of the one before, so that each is finished, or given up, with all others. */
    private void write(Iterator<Map.Entry<Path, Opening>> files, List<Sink> sinks) {
        if (!files.hasNext()) {
            try {
                read(sinks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return;
        }
        Map.Entry<Path, Opening> file = files.next();
        AtomicFile.write(file.getKey(), out -> {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            sinks.add(file.getValue().open(buffered));
            try {
                write(files, sinks);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            buffered.flush();
        });
    }

    private Sink sink(Format format, OutputStream out) throws IOException {
        return switch (format) {
            case NPZ -> new NpzSink(out, contents.weights(), several());
            case SAFETENSORS -> new SafetensorsSink(out, contents.weights(), shapes());
            case JSON -> new JsonSink(out, model.transformer().config());
            default -> throw new IllegalArgumentException(format + " is not a format of numbers");
        };
    }

    private boolean several() {
        return passages.size() > 1;
    }

    private List<NamedShape> shapes() {
        List<NamedShape> shapes = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            String prefix = several() ? i + "/" : "";
            shapes.addAll(contents.shapes(prefix, passages.get(i).encoded().length()));
        }
        return shapes;
    }

    private void read(List<Sink> sinks) throws IOException {
        for (Passage passage : passages) {
            Recording recording = Recording.of(model, passage, contents.recorded());
            List<TextArray> arrays = contents.of(recording);
            for (Sink sink : sinks) {
                sink.add(recording, arrays);
            }
            read.accept(recording);
        }
        for (Sink sink : sinks) {
            sink.finish();
        }
    }
}
