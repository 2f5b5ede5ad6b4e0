package io.heed.inspect.files;

import io.heed.checkpoint.AtomicFile;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/** Writes what a model computed with any number of texts into files of numbers, without loss. */
public final class Dump {

    /**
     * A text to dump.
     *
     * @param text as it was given
     * @param encoded its tokens, at most the model's context
     */
    public record Passage(String text, Encoded encoded) {}

    private final LanguageModel model;
    private final List<Passage> passages;
    private final Set<Part> parts;
    private final IntConsumer done;

    /**
     * Prepares a dump.
     *
     * @param passages the texts; of one, arrays have their plain names; of several, they are numbered from 0
     * @param parts what is dumped of each
     * @param done is told how many texts are dumped, after each
     */
    public Dump(LanguageModel model, List<Passage> passages, Set<Part> parts, IntConsumer done) {
        this.model = model;
        this.passages = passages;
        this.parts = parts;
        this.done = done;
    }

    /**
     * Reads every text once and writes all formats at the same time. A failure on the way leaves the files as they were.
     *
     * @param formats formats {@linkplain Format#ofNumbers() of numbers}
     * @return the files
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public List<Path> write(Path folder, Set<Format> formats) {
        List<Path> files = new ArrayList<>();
        write(folder, formats.iterator(), new ArrayList<>(), files);
        return files;
    }

    /** Opens one file inside the writing of the one before, so that each is finished, or given up, with all others. */
    private void write(Path folder, Iterator<Format> formats, List<Sink> sinks, List<Path> files) {
        if (!formats.hasNext()) {
            try {
                read(sinks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return;
        }
        Format format = formats.next();
        Path file = folder.resolve("attention." + format);
        files.add(file);
        AtomicFile.write(file, out -> {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            sinks.add(sink(format, buffered));
            try {
                write(folder, formats, sinks, files);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            buffered.flush();
        });
    }

    private Sink sink(Format format, OutputStream out) throws IOException {
        Set<Step> steps = Part.steps(parts);
        List<NamedArray> end = parts.contains(Part.LOGITS) ? NamedArray.ofEnd(model) : List.of();
        return switch (format) {
            case NPZ -> new NpzSink(out, steps, end, several());
            case SAFETENSORS -> new SafetensorsSink(out, steps, end, shapes(steps));
            case JSON -> new JsonSink(out, model.transformer().config(), steps);
            case CSV -> new CsvSink(out);
            case HTML, SVG, PNG, PDF -> throw new IllegalArgumentException(format + " is not a format of numbers");
        };
    }

    private boolean several() {
        return passages.size() > 1;
    }

    private List<NamedShape> shapes(Set<Step> steps) {
        List<NamedShape> shapes = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            String prefix = several() ? i + "/" : "";
            int tokens = passages.get(i).encoded().length();
            shapes.addAll(NamedShape.of(prefix, model.transformer().config(), tokens, steps));
        }
        return shapes;
    }

    private void read(List<Sink> sinks) throws IOException {
        Set<Step> steps = EnumSet.copyOf(Recording.MAPS); // CSV needs them in any case
        steps.addAll(Part.steps(parts));
        int count = 0;
        for (Passage passage : passages) {
            Recording recording = Recording.of(model, passage.text(), passage.encoded(), steps);
            for (Sink sink : sinks) {
                sink.add(recording);
            }
            done.accept(++count);
        }
        for (Sink sink : sinks) {
            sink.finish();
        }
    }
}
