package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import io.heed.inspect.files.AttentionFolder;
import io.heed.text.Encoded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed attention}: what each head read in a text, on the terminal and in files. */
@Command(
        name = "attention",
        description = "Show which words each attention head reads, and write the maps.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Layers and heads count from 0. In a map rows are queries (who reads), columns are keys (who is read).",
            "",
            "  heed attention models/toy \"The cat sat on the mat\"",
            "  heed attention models/toy \"The cat sat on the mat\" --out maps"
        })
@SuppressWarnings("NullAway.Init")
final class AttentionCommand implements Runnable {

    private static final int LINKS_PER_HEAD = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Parameters(index = "1", paramLabel = "TEXT", description = "The text to read.")
    private String text;

    @Option(names = "--out", paramLabel = "DIR", description = "Write the maps into this folder.")
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "html,npz,json,svg",
            description = "Which files to write into --out. Default: ${DEFAULT-VALUE}.")
    private Set<AttentionFolder.Format> formats;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        try (LanguageModel model = choice.load()) {
            Encoded encoded = Prompts.read(model, text, spec.commandLine().getErr());
            Recording maps = Recording.of(model, text, encoded, Recording.MAPS);
            List<Path> files = out == null ? List.of() : AttentionFolder.write(out, maps, new TreeSet<>(formats));
            if (json) {
                spec.commandLine().getOut().println(Json.line(result(maps, files)));
            } else {
                print(spec.commandLine().getOut(), maps, files);
            }
        }
    }

    private static void print(PrintWriter printer, Recording maps, List<Path> files) {
        printer.println(Terminal.faint("who reads → who is read, the strongest links of each head:"));
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                List<String> shown = Links.strongest(maps, layer, head, LINKS_PER_HEAD).stream()
                        .map(link -> "%s → %s %s"
                                .formatted(
                                        token(maps, link.query()),
                                        Terminal.bold(token(maps, link.key())),
                                        Terminal.blue(String.format(Locale.ROOT, "%.2f", link.weight()))))
                        .toList();
                printer.printf("layer %d, head %d   %s%n", layer, head, String.join("   ", shown));
            }
        }
        if (!files.isEmpty()) {
            printer.printf("wrote %d files, %s first%n", files.size(), files.get(0));
        }
    }

    private static String token(Recording maps, int index) {
        return Terminal.shown(maps.encoded().tokens().get(index));
    }

    private static Map<String, Object> result(Recording maps, List<Path> files) {
        List<Links.Link> links = new ArrayList<>();
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                links.addAll(Links.strongest(maps, layer, head, LINKS_PER_HEAD));
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", maps.text());
        result.put("tokens", maps.encoded().tokens());
        result.put("strongest_links", links);
        result.put("files", files.stream().map(Path::toString).toList());
        return result;
    }
}
