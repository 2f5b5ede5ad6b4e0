package io.heed.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/** Runs the most used commands without a word, so that a JVM can store the classes that they need: the launcher starts it, once. */
final class Rehearsal {

    private Rehearsal() {}

    /** Runs them; what they write goes to the folder named first. */
    public static void main(String[] arguments) {
        for (List<String> command : commands(Path.of(arguments[0]))) {
            Heed.run(
                    OutputStream.nullOutputStream(),
                    new PrintWriter(Writer.nullWriter()),
                    command.toArray(String[]::new));
        }
    }

    /** Returns the command lines. */
    static List<List<String>> commands(Path folder) {
        String models = folder.resolve("models").toString();
        String maps = folder.resolve("maps").toString();
        return List.of(
                List.of("predict", "models/toy", "the cat"),
                List.of("predict", "models/toy", "the cat", "--generate", "2"),
                List.of("attention", "models/toy", "the cat sat on the", "--out", maps),
                List.of(
                        "train",
                        "configs/toy.yaml",
                        "--models",
                        models,
                        "--set",
                        "name=mine",
                        "--set",
                        "training.steps=2"));
    }
}
