package io.heed.cli;

import io.heed.Home;
import io.heed.checkpoint.gguf.GgufExport;
import io.heed.checkpoint.gguf.TensorType;
import io.heed.cli.options.FileEnd;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed export}: a model folder becomes a GGUF file. */
@Command(
        name = "export",
        description = "Write a model as a GGUF file, which llama.cpp and Ollama run.",
        mixinStandardHelpOptions = true,
        footer = {"", "  heed export models/mine --format gguf --out mine.gguf --type q8_0"})
@SuppressWarnings("NullAway.Init")
final class ExportCommand implements Runnable {

    /** The format of the file. */
    enum Format {
        GGUF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How matrices are stored. */
    enum Stored {
        F32(TensorType.F32),
        F16(TensorType.F16),
        Q8_0(TensorType.Q8_0);

        private final TensorType type;

        Stored(TensorType type) {
            this.type = type;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model folder, such as models/mine.")
    private Path model;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "gguf",
            description = "The format: gguf. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "f32",
            description = "How matrices are stored: f32, f16 or q8_0. Default: ${DEFAULT-VALUE}.")
    private Stored type;

    @Option(names = "--no-tokenizer", description = "Leave out the tokenizer, if GGUF cannot describe it.")
    private boolean noTokenizer;

    @Override
    public void run() {
        if (Files.isDirectory(out)) {
            throw new ParameterException(spec.commandLine(), "--out: %s is a folder; name a file".formatted(out));
        }
        FileEnd.require(spec.commandLine(), "--out", out, "a GGUF file", List.of("gguf"));
        new GgufExport(Home.find(model)).write(out, type.type, !noTokenizer);
        spec.commandLine()
                .getOut()
                .printf("%s: %,d bytes (%s, %s)%n", Visible.text(out.toString()), bytes(), format, type);
    }

    private long bytes() {
        try {
            return Files.size(out);
        } catch (IOException e) {
            return 0; // it was there a moment ago
        }
    }
}
