package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.ModelName;
import io.heed.checkpoint.family.Families;
import io.heed.checkpoint.gguf.GgufFile;
import io.heed.checkpoint.gguf.GgufImport;
import io.heed.cli.options.DeviceOption;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.program.CommandLineProgram;
import io.heed.model.DeviceChoice;
import io.heed.model.shape.ModelConfig;
import io.heed.text.Visible;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed import}: a Hugging Face folder, or a GGUF file, becomes a folder under models/. */
@Command(
        name = "import",
        description = "Check a Hugging Face model folder, or a GGUF file of gpt2, llama, qwen2 or qwen3, and copy it"
                + " to models/NAME, with weights in one float32 file.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every command also reads such a folder in place. A GGUF file becomes a folder that transformers opens.",
            "",
            "  heed import path/to/gpt2 --as gpt2",
            "  heed import path/to/model.gguf --as model",
            "  heed predict models/gpt2 \"the cat sat on the\""
        })
@SuppressWarnings("NullAway.Init")
final class ImportCommand implements Runnable, CommandLineProgram.Computing {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FROM", description = "A folder with config.json and safetensors, or a GGUF file.")
    private Path from;

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the new folder under models/.")
    private String name;

    @Mixin
    private ModelsOption models;

    @Override
    public void run() {
        ModelName.problem(name).ifPresent(problem -> {
            throw new ParameterException(spec.commandLine(), "--as: " + problem);
        });
        Path to = models.folder().resolve(name);
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new HeedException("%s already exists; choose another name, or delete it".formatted(to));
        }
        Path found = Home.find(from);
        if (GgufFile.is(found) || GgufFile.isNamed(found)) {
            copyGguf(found, to);
        } else {
            copyFolder(found, to);
        }
    }

    private void copyFolder(Path found, Path to) {
        try (LanguageModel model = DeviceOption.told(
                ModelFolder.read(found, DeviceChoice.CPU.resolve()),
                spec.commandLine().getErr())) {
            ModelConfig config = model.transformer().config();
            String shape = config.inWords();
            ModelFolder.create(to, model, readme(Families.of(config).type(), shape));
            tell(to, shape, !model.tokenizer().isOfIds());
        }
    }

    private void copyGguf(Path found, Path to) {
        GgufImport file = new GgufImport(found);
        boolean tokenizer = file.write(to, readme(file.type(), file.shape()));
        tell(to, file.shape(), tokenizer);
    }

    private String readme(String type, String shape) {
        return """
                ---
                library_name: transformers
                pipeline_tag: text-generation
                tags: [%s, heed]
                ---
                # %s

                A %s model of %s, imported with `heed import`.
                """.formatted(type, name, type.equals("gpt2") ? "GPT-2" : type, shape);
    }

    private void tell(Path to, String shape, boolean tokenizer) {
        spec.commandLine()
                .getOut()
                .printf("%s: %s%s%n", Visible.text(to.toString()), shape, tokenizer ? "" : ", no tokenizer");
    }
}
