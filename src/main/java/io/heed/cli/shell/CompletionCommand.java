package io.heed.cli.shell;

import io.heed.cli.program.CommandLineProgram;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed completion}: what a shell needs to complete command lines, and the manual page. */
@Command(
        name = "completion",
        description = "Print what a shell needs to complete commands and options, or the manual page.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  source <(heed completion bash)",
            "  heed completion zsh > \"$${fpath[1]}/_heed\"",
            "  heed completion fish > ~/.config/fish/completions/heed.fish",
            "  heed completion man > ~/.local/share/man/man1/heed.1"
        })
@SuppressWarnings("NullAway.Init")
public final class CompletionCommand implements Runnable, CommandLineProgram.Overview {

    /** For whom. */
    enum Reader {
        BASH,
        ZSH,
        FISH,
        MAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOR", description = "One of ${COMPLETION-CANDIDATES}.")
    private Reader reader;

    @Override
    public void run() {
        CommandLine program = spec.root().commandLine();
        String text = switch (reader) {
            case BASH -> AutoComplete.bash(spec.root().name(), program);
            case ZSH -> ZshCompletion.of(spec.root());
            case FISH -> FishCompletion.of(spec.root());
            case MAN -> ManualPage.of(spec.root());
        };
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }
}
