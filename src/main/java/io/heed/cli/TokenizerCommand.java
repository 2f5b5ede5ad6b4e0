package io.heed.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heed tokenizer}: trains tokenizers, and shows how they cut text. */
@Command(
        name = "tokenizer",
        description = "Train a tokenizer, or show how one cuts text.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenizerTrainCommand.class, TokenizerShowCommand.class},
        footer = {
            "",
            "  heed tokenizer train data/toy.txt --type bpe --vocabulary 400 --out toy-bpe.json",
            "  heed tokenizer show toy-bpe.json \"the cat sat on the mat\"",
            "  heed tokenizer show models/toy \"the cat sat on the mat\""
        })
@SuppressWarnings("NullAway.Init")
final class TokenizerCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
