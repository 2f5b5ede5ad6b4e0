package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.HomeSet;
import io.heed.cli.Program.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command finds Heed's own models, texts and configurations, wherever it is started: here, those of a folder far from the current one. */
class ShippedNamesTest {

    @TempDir
    private Path home;

    private HomeSet set;

    @TempDir
    private Path out;

    @BeforeEach
    void install() throws IOException {
        Path model = Files.createDirectories(home.resolve("models/afar"));
        try (Stream<Path> files = Files.list(Path.of("models/toy"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Files.createDirectories(home.resolve("data"));
        Files.writeString(
                home.resolve("data/afar.txt"), "the cat sat on the mat .\nthe dog slept on the rug .\n".repeat(100));
        Files.createDirectories(home.resolve("configs"));
        Files.writeString(
                home.resolve("configs/afar.yaml"),
                Files.readString(Path.of("configs/toy.yaml"))
                        .replace("data/toy.txt", "data/afar.txt")
                        .replace("name: toy", "name: afar"));
        set = new HomeSet(home);
    }

    @AfterEach
    void leave() {
        set.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "predict models/afar the",
                "predict models/afar --file data/afar.txt",
                "attention models/afar the --out OUT/maps",
                "attention models/afar --file data/afar.txt --out OUT/maps",
                "explain models/afar the --short",
                "evaluate models/afar data/afar.txt",
                "evaluate models/afar data",
                "evaluate models/afar data/*.txt",
                "export models/afar --no-tokenizer --out OUT/a.gguf",
                "import models/afar --as new --models OUT",
                "tokenizer show models/afar the",
                "tokenizer train data/afar.txt --type word --out OUT/t.json",
                "config --check configs/afar.yaml",
                "train configs/afar.yaml --models OUT --set name=new --set training.steps=1",
            })
    void what_ships_is_found(String command) {
        Ran ran = Program.heed(command.replace("OUT", out.toString()).split(" ", -1));
        assertThat(ran.code()).as(ran.err()).isZero();
    }
}
