package io.heed.cli;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.FileEnd;
import io.heed.drawing.ColourMap;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.files.ScoreTable;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.pictures.HeatMap;
import io.heed.inspect.pictures.Style;
import io.heed.text.Visible;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code heed attention} that say which files to write and how, and what writes them. */
@SuppressWarnings("NullAway.Init")
final class AttentionFiles {

    private static final Set<DumpFormat> USUAL =
            EnumSet.of(DumpFormat.HTML, DumpFormat.NPZ, DumpFormat.JSON, DumpFormat.SVG);

    /** The most numbers in a JSON file written by default: about 60 MB. */
    private static final long MOST_IN_JSON = 6_000_000;

    /** The most in an NPZ file: 100 MB. */
    private static final long MOST_IN_NPZ = 25_000_000;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", description = "Write files to this folder.")
    private @Nullable Path folder;

    @Option(
            names = "--format",
            paramLabel = "LIST",
            split = ",",
            description = "Files to write: ${COMPLETION-CANDIDATES}. Default: html,npz,json,svg, numbers only if"
                    + " they fit into files of some 100 MB; with --file, npz.")
    private @Nullable Set<DumpFormat> formats;

    @Option(
            names = "--include",
            paramLabel = "LIST",
            split = ",",
            description = "Contents of the files of numbers: ${COMPLETION-CANDIDATES}. Default: everything but flow"
                    + " and, for long texts, head_similarity, which are slow.")
    private @Nullable Set<Quantity> quantities;

    @Option(
            names = "--cmap",
            paramLabel = "COLOURS",
            description = "Colours of pictures: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ColourMap colours = ColourMap.BLUES;

    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "Size of pictures, from 0.1 to 10. Default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    /** Refuses a folder that is named like a file. */
    void check() {
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        String end = FileEnd.of(folder);
        if (Stream.of(DumpFormat.values()).map(DumpFormat::toString).anyMatch(end::equals)) {
            String plain = folder.toString();
            throw new ParameterException(
                    spec.commandLine(),
                    "--out: %s is the name of a file, but --out names a folder and --format chooses the files in it; write --out %s --format %s"
                            .formatted(plain, plain.substring(0, plain.length() - end.length() - 1), end));
        }
    }

    /** The folder to write into, or null. */
    @Nullable
    Path folder() {
        return folder;
    }

    /** Whether it is chosen what the files of numbers hold. */
    boolean chooseQuantities() {
        return quantities != null;
    }

    /** The formats, whatever they take. */
    Set<DumpFormat> formats() {
        return formats == null ? USUAL : formats;
    }

    /** The formats of many texts, which are all of numbers. */
    Set<DumpFormat> ofNumbers() {
        Set<DumpFormat> chosen = formats == null ? EnumSet.of(DumpFormat.NPZ) : formats;
        chosen.stream().filter(format -> !format.ofNumbers()).findFirst().ifPresent(format -> {
            throw new ParameterException(
                    spec.commandLine(), "--format: %s is for one text, not for --file".formatted(format));
        });
        return chosen;
    }

    /** What the files of numbers hold, of texts of at most so many tokens. */
    Set<Quantity> quantities(LanguageModel model, int tokens) {
        var config = model.transformer().config();
        return quantities == null ? Quantity.usual(config.layers() * config.heads(), tokens) : quantities;
    }

    /** Writes what was asked for into the folder; nothing without one. */
    List<Path> write(LanguageModel model, String name, AttentionReport report, TokenMaps maps) {
        if (folder == null) {
            return List.of();
        }
        Recording recording = report.recording();
        Set<Quantity> held = quantities(model, recording.length());
        Dump dump = new Dump(model, List.of(recording.passage()), held, report.scores(), done -> {});
        Set<DumpFormat> chosen = formats == null ? usual(dump.numbers()) : EnumSet.copyOf(formats);
        if (chosen.contains(DumpFormat.PNG) || chosen.contains(DumpFormat.PDF)) {
            warnOfBoxes(recording.text());
        }
        Set<DumpFormat> numbers = chosen.stream()
                .filter(DumpFormat::ofNumbers)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(DumpFormat.class)));
        chosen.removeAll(numbers);
        PageContent content = report.content().named(name);
        if (chosen.contains(DumpFormat.HTML) && !content.leftOut().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("heed: attention.html has no room for %s; a shorter text leaves room for all of them"
                            .formatted(String.join(", ", content.leftOut())));
        }
        List<Path> files = new ArrayList<>(AttentionFolder.write(folder, content, maps, chosen, style()));
        for (DumpFormat format : chosen) {
            if (format != DumpFormat.HTML && !report.history().isEmpty()) {
                Path file = folder.resolve("over-training." + format);
                HeatMap.overTraining(report.history(), style()).write(file);
                files.add(file);
            }
        }
        files.addAll(dump.write(folder, numbers));
        files.addAll(ScoreTable.write(folder, report.scores()));
        return files;
    }

    /** The default formats: files of numbers only if they are not very large. */
    private Set<DumpFormat> usual(long numbers) {
        Set<DumpFormat> usual = EnumSet.copyOf(USUAL);
        if (numbers > MOST_IN_JSON) {
            usual.remove(DumpFormat.JSON);
        }
        if (numbers > MOST_IN_NPZ) {
            usual.remove(DumpFormat.NPZ);
        }
        Set<DumpFormat> rest = EnumSet.of(DumpFormat.NPZ, DumpFormat.JSON);
        rest.removeAll(usual);
        if (!rest.isEmpty()) {
            String files = rest.stream().map(format -> "attention." + format).collect(Collectors.joining(" and "));
            spec.commandLine()
                    .getErr()
                    .println("heed: %s would hold %d million numbers; --format writes that anyway, --include less of it"
                            .formatted(files, Math.round(numbers / 1e6)));
        }
        return usual;
    }

    private void warnOfBoxes(String text) {
        String letters = HeatMap.withoutLetters(text);
        if (!letters.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("heed: PNG and PDF have no glyphs for %s and show boxes; SVG and the page show them"
                            .formatted(Visible.text(letters)));
        }
    }

    /** How pictures are drawn. */
    Style style() {
        try {
            return new Style(scale, colours, 1);
        } catch (HeedException e) {
            throw new ParameterException(spec.commandLine(), "--scale: " + e.getMessage(), e);
        }
    }
}
