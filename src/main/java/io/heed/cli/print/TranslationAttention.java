package io.heed.cli.print;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.Prompts;
import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.LookUps;
import io.heed.inspect.LookUps.LookUp;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.files.ScoreTable;
import io.heed.inspect.pictures.Style;
import io.heed.model.Trace.Step;
import io.heed.predict.SentenceTranslator;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a translation model read, and which word each word comes from: in the terminal and in files. */
public final class TranslationAttention {

    /**
     * A translation and where its words come from.
     *
     * @param source the sentence
     * @param target its translation
     * @param layer the layer of the head that shows it most clearly, from 0
     * @param head that head, from 0
     * @param lookUps the words of the translation, each with the word that the head read to write it
     * @param scores why heads look where they do, of the cells that were asked for
     * @param files the files written
     */
    public record LookedUp(
            String source,
            String target,
            int layer,
            int head,
            List<LookUp> lookUps,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<ScoreAttribution> scores,

            List<Path> files) {}

    private final Recording recording;
    private final LookUps lookUps;
    private final int layer;
    private final int head;
    private List<ScoreAttribution> scores = List.of();

    private TranslationAttention(Recording recording) {
        this.recording = recording;
        lookUps = new LookUps(recording);
        int[] clearest = lookUps.clearest();
        layer = clearest[0];
        head = clearest[1];
    }

    /** Reads a sentence and its translation with a model, to look up what its words come from. */
    public static TranslationAttention of(
            LanguageModel model, String source, @Nullable String target, PrintWriter err) {
        return of(model, source, target, Set.of(), err);
    }

    /**
     * Reads a sentence and its translation with a model.
     *
     * @param target the translation, or null to let the model write it
     * @param more the steps to record besides {@link Recording#ATTENTION}
     * @param err receives warnings of what the model cannot read
     */
    public static TranslationAttention of(
            LanguageModel model, String source, @Nullable String target, Set<Step> more, PrintWriter err) {
        Encoded read = Prompts.sentence(model, source, err);
        if (target != null) {
            return of(
                    model, new Passage(target, Prompts.sentence(model, target, err), new Passage(source, read)), more);
        }
        String written = new SentenceTranslator(model)
                .translate(List.of(read.ids()))
                .get(0)
                .text();
        Encoded own = model.tokenizer().encode(written).first(model.context());
        return of(model, new Passage(written, own, new Passage(source, read)), more);
    }

    private static TranslationAttention of(LanguageModel model, Passage passage, Set<Step> more) {
        Set<Step> steps = EnumSet.copyOf(Recording.ATTENTION);
        steps.addAll(more);
        return new TranslationAttention(Recording.of(model, passage, steps));
    }

    /** Adds why heads look where they do, which is printed instead of the words. */
    public void explain(List<ScoreAttribution> found) {
        scores = List.copyOf(found);
    }

    /** Returns the recording. */
    public Recording recording() {
        return recording;
    }

    /** Prints why heads look where they do, if that was asked for, else the words, each with the word of the source that the clearest head read to write it. */
    public void print(PrintWriter out) {
        if (!scores.isEmpty()) {
            new ScorePrinter(out).print(scores);
            return;
        }
        int room = Terminal.room();
        WrappedText.of(Terminal.faint(Visible.text(recording.source().text())), "", room)
                .forEach(out::println);
        WrappedText.of(Terminal.bold(Visible.text(recording.text())), "", room).forEach(out::println);
        WrappedText.of(
                        "layer %d, head %d of the cross-attention; before it writes a word it reads"
                                .formatted(layer, head),
                        "  ",
                        room)
                .forEach(out::println);
        TerminalTable table = new TerminalTable("  ", "<", "<", ">");
        for (LookUp each : lookUps.of(layer, head)) {
            table.row(
                    Terminal.bold(lookUps.targetName(each)),
                    "← " + lookUps.sourceName(each),
                    Rounded.of(2, each.weight()));
        }
        table.print(out);
        out.flush();
    }

    /** Returns the same for programs. */
    public LookedUp result(List<Path> files) {
        return new LookedUp(
                recording.source().text(),
                recording.text(),
                layer,
                head,
                lookUps.of(layer, head),
                scores.isEmpty() ? null : scores,
                files);
    }

    /** Writes files of these formats. */
    public List<Path> write(LanguageModel model, String name, Path folder, Set<DumpFormat> formats, Style style) {
        Dump dump = new Dump(
                model,
                List.of(recording.passage()),
                EnumSet.of(Quantity.ATTENTION, Quantity.QKV, Quantity.HEADS),
                scores,
                done -> {});
        Set<DumpFormat> numbers = EnumSet.noneOf(DumpFormat.class);
        Set<DumpFormat> drawn = EnumSet.noneOf(DumpFormat.class);
        formats.forEach(format -> (format.ofNumbers() ? numbers : drawn).add(format));
        List<Path> files = new ArrayList<>(AttentionFolder.write(folder, name, recording, drawn, style));
        files.addAll(dump.write(folder, numbers));
        files.addAll(ScoreTable.write(folder, scores));
        return files;
    }
}
