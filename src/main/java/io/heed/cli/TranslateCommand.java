package io.heed.cli;

import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.options.Prompts;
import io.heed.cli.options.Texts;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Terminal;
import io.heed.predict.SentenceTranslator;
import io.heed.predict.SentenceTranslator.Translation;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed translate}: translates sentences with a model trained on pairs. */
@Command(
        name = "translate",
        description = "Translate sentences with a model trained on pairs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without TEXT and --file, sentences are read from standard input, one per line, and translated line by line.",
            "",
            "  heed translate models/fr-en \"voir le tableau ci-dessous\"",
            "  heed translate models/fr-en \"voir le tableau ci-dessous\" --beams 3",
            "  heed translate models/fr-en --file sentences.txt --json"
        })
@SuppressWarnings("NullAway.Init")
public final class TranslateCommand implements Runnable, CommandLineProgram.Computing {

    private static final int SENTENCES_AT_ONCE = 64;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "Sentences to translate.")
    private List<String> texts = List.of();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Read sentences from this file, one per line, instead of TEXT.")
    private @Nullable Path file;

    @Option(
            names = "--beams",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Search for the N likeliest whole translations, rather than take the likeliest word each time.")
    private int beams;

    @Option(names = "--json", description = "Print one JSON object per sentence.")
    private boolean json;

    /**
     * A sentence and its translations.
     *
     * @param source the sentence
     * @param translations the likeliest first
     */
    record Translated(String source, List<Translation> translations) {}

    @Override
    public void run() {
        misused(beams < 0, "--beams: %d is less than 0".formatted(beams));
        misused(!texts.isEmpty() && file != null, "give either TEXT or --file");
        misused(
                texts.isEmpty() && file == null && Terminal.typesInput(),
                "give a TEXT or --file, or sentences on standard input");
        try (LanguageModel model = choice.loadTranslator(spec.commandLine().getErr())) {
            if (!texts.isEmpty()) {
                Prompts.noteWords(texts, spec.commandLine().getErr());
                answer(model, texts);
                return;
            }
            try (Texts source = file == null ? Texts.ofInput(System.in) : Texts.ofFile(Home.find(file))) {
                source.each(spec.commandLine(), SENTENCES_AT_ONCE, some -> answer(model, some));
            }
        }
    }

    private void misused(boolean wrong, String message) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void answer(LanguageModel model, List<String> some) {
        PrintWriter err = spec.commandLine().getErr();
        List<long[]> sources = some.stream()
                .map(text -> Prompts.sentence(model, text, err).ids())
                .toList();
        SentenceTranslator translator = new SentenceTranslator(model);
        List<List<Translation>> found = beams > 0
                ? sources.stream()
                        .map(source -> translator.search(source, beams))
                        .toList()
                : translator.translate(sources).stream().map(List::of).toList();
        for (int i = 0; i < some.size(); i++) {
            print(some.get(i), found.get(i));
        }
    }

    private void print(String source, List<Translation> translations) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(new Translated(source, translations)));
        } else if (beams == 0) {
            out.println(Visible.text(translations.get(0).text()));
        } else {
            for (Translation each : translations) {
                String log = String.format(Locale.ROOT, "ln p %7.3f", each.logProbability());
                out.println("%s  %s".formatted(Terminal.faint(log), Visible.text(each.text())));
            }
        }
    }
}
