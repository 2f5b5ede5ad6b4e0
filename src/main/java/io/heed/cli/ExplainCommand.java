package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.DeviceOption;
import io.heed.cli.options.FileEnd;
import io.heed.cli.options.Prompts;
import io.heed.cli.print.TranslationAttention;
import io.heed.cli.print.WrittenFiles;
import io.heed.cli.program.CommandLineProgram;
import io.heed.inspect.Recording;
import io.heed.inspect.files.LessonMarkdown;
import io.heed.inspect.files.LessonText;
import io.heed.inspect.lesson.ExampleLesson;
import io.heed.inspect.lesson.Explanation;
import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.LookUpLesson;
import io.heed.inspect.lesson.ModelLesson;
import io.heed.inspect.page.LessonPage;
import io.heed.inspect.pictures.FlowPicture;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed explain}: the computation of a model on a text, step by step, with the real numbers. */
@Command(
        name = "explain",
        description = "Explain the computation of a model on a text as a lesson, with the real numbers.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Layers, heads and positions count from 0. docs/explain.md says how to read a lesson.",
            "",
            "  heed explain --example",
            "  heed explain models/toy \"The cat sat on the\" --short",
            "  heed explain models/toy \"The cat sat on the\" --format html --out lesson.html",
            "  heed explain models/fr-en \"voir le tableau ci-dessous\""
        })
@SuppressWarnings("NullAway.Init")
final class ExplainCommand implements Runnable, CommandLineProgram.Computing {

    /** The form of a lesson. */
    enum Format {
        TEXT,
        MARKDOWN,
        HTML,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL", description = "A model folder, such as models/toy.")
    private @Nullable Path folder;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "The text to read.")
    private @Nullable String text;

    @Option(
            names = "--example",
            description = "Explain attention with an example that can be worked by hand; needs no model and no text.")
    private boolean example;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--target",
            paramLabel = "TEXT",
            description = "For a translation model: the translation. Default: the model's own.")
    private @Nullable String target;

    @Option(names = "--layer", paramLabel = "N", description = "The layer to explain in full. Default: the last.")
    private @Nullable Integer layer;

    @Option(
            names = "--head",
            paramLabel = "N",
            description =
                    "The head to explain in full. Default: the one with the largest weight on an earlier word; for a"
                            + " translation, the clearest.")
    private @Nullable Integer head;

    @Option(
            names = "--position",
            paramLabel = "N",
            description = "The position to follow. Default: the last; for a translation, the one before its last word.")
    private @Nullable Integer position;

    @Option(
            names = "--digits",
            paramLabel = "N",
            defaultValue = "4",
            description = "Decimals of results, 1 to 5. Default: ${DEFAULT-VALUE}.")
    private int digits;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "Form of the lesson: ${COMPLETION-CANDIDATES}. Default: by the extension of --out, else text.")
    private @Nullable Format format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file. Default: standard output.")
    private @Nullable Path out;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write the picture of the flow to this file, as SVG.")
    private @Nullable Path picture;

    @Option(names = "--short", description = "Shorten long tables and sums in the text format.")
    private boolean folded;

    @Option(
            names = "--weights",
            description = "Print the weight matrices too, so that every number can be computed from the lesson.")
    private boolean weights;

    @Option(names = "--json", description = "Print the steps as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        check();
        if (folder == null || text == null) {
            Lesson lesson = ExampleLesson.of(digits);
            write(lesson, () -> Json.line(ExampleLesson.steps()));
            return;
        }
        if (ModelFolder.translates(Home.find(folder))) {
            lookUp(folder, text);
            return;
        }
        try (LanguageModel model = device.load(folder, spec.commandLine().getErr())) {
            misused(target != null, "--target is for translation models; this one continues texts");
            Encoded encoded = Prompts.read(model, text, spec.commandLine().getErr());
            Recording recording = Recording.of(model, text, encoded);
            Explanation told = new Explanation(model, recording, choice(recording));
            write(ModelLesson.of(told, digits, weights), () -> Json.line(told.steps()));
        }
    }

    /** Explains one look-up of a translation. */
    private void lookUp(Path model, String source) {
        misused(
                weights || picture != null || json || format() == Format.JSON,
                "for a translation model, explain takes only --target, --layer, --head, --position, --digits, --format, --out and --short");
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel translator = device.loadTranslator(model, err)) {
            Recording recording =
                    TranslationAttention.of(translator, source, target, err).recording();
            write(LookUpLesson.of(recording, layer, head, position, digits), () -> "");
        }
    }

    private void misused(boolean wrong, String message) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Explanation.Choice choice(Recording recording) {
        try {
            return Explanation.Choice.of(recording, layer, head, position);
        } catch (HeedException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void check() {
        format();
        if (picture != null) {
            FileEnd.require(spec.commandLine(), "--picture", picture, "the picture", List.of("svg"));
        }
        if (digits < 1 || digits > 5) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--digits: %d is not from 1 to 5; float32 holds no more that can be checked".formatted(digits));
        }
        if (example && (folder != null || layer != null || head != null || position != null || weights)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--example takes no model and no text, and has no layers or heads to choose from");
        }
        if (!example && (folder == null || text == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "give MODEL and TEXT, or --example: %s is missing".formatted(folder == null ? "MODEL" : "TEXT"));
        }
    }

    /** Writes a lesson, or its steps as one line of JSON. */
    private void write(Lesson lesson, Supplier<String> steps) {
        PrintWriter printed = spec.commandLine().getOut();
        Format chosen = format();
        boolean beside = picture == null && out != null && chosen == Format.MARKDOWN && lesson.hasPicture();
        Path drawn = beside && out != null ? beside(out) : picture;
        List<Path> files = Stream.of(out, drawn)
                .filter(Objects::nonNull)
                .map(Path.class::cast)
                .toList();
        if (drawn != null) {
            AtomicFile.writeText(drawn, FlowPicture.of(lesson.flow()));
        }
        String written = switch (chosen) {
            case TEXT -> LessonText.of(lesson, folded);
            case MARKDOWN -> LessonMarkdown.of(lesson, drawn == null ? null : relative(drawn));
            case HTML -> LessonPage.of(lesson);
            case JSON -> steps.get() + System.lineSeparator();
        };
        if (out != null) {
            AtomicFile.writeText(out, written);
        } else if (!json) {
            printed.print(written);
        }
        if (json) {
            printed.println(steps.get());
        }
        WrittenFiles.tell(files, printed, spec.commandLine().getErr());
    }

    /** The form that is chosen, else the one that the name of the file says. */
    private Format format() {
        if (format != null || out == null) {
            return format == null ? Format.TEXT : format;
        }
        String end = FileEnd.of(out);
        return switch (end) {
            case "html", "htm" -> Format.HTML;
            case "md", "markdown" -> Format.MARKDOWN;
            case "json" -> Format.JSON;
            case "" -> Format.TEXT;
            default -> {
                FileEnd.require(spec.commandLine(), "--out", out, "a lesson", List.of("txt", "md", "html", "json"));
                yield Format.TEXT;
            }
        };
    }

    /** The picture's name beside a Markdown file: the same with another extension. */
    private static Path beside(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".svg");
    }

    /** The picture's path relative to the Markdown file. */
    private String relative(Path drawn) {
        Path from =
                (out == null ? Path.of("x") : out).toAbsolutePath().normalize().getParent();
        Path to = drawn.toAbsolutePath().normalize();
        return (from == null ? to : from.relativize(to)).toString().replace('\\', '/');
    }
}
