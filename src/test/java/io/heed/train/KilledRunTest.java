package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.PastRun;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is killed at any instant, again and again, loses nothing that it reported as saved. */
class KilledRunTest {

    private static final int KILLS = 50;

    /** Saves after every step, so that most of the time is spent writing. */
    private static final int STEPS = 100_000;

    @TempDir
    private Path folder;

    /** The program: starts or resumes the run, and reports which steps it saved. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            Path models = Path.of(arguments[0]);
            Progress progress = new Progress() {
                @Override
                public void saved(int step) {
                    System.out.println(step);
                }
            };
            Path run = models.resolve("mine");
            if (RunCheckpoint.isIn(run)) {
                TrainingRun.resume(run, List.of(), progress, () -> false);
            } else {
                RunConfig config = ConfigReader.read(Path.of(arguments[1]), List.of());
                TrainingRun.begin(config, "heed train", models, false, progress, () -> false);
            }
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void fifty_kills_leave_a_folder_that_can_be_read_and_resumed() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        String settings = Files.readString(tiny.file("mine"))
                .replace("steps: 20", "steps: " + STEPS)
                .replace("evaluate_every: 10", "evaluate_every: 2, checkpoint_every: 1, keep: true, keep_limit: 2");
        Path config = Files.writeString(folder.resolve("killed.yaml"), settings);
        Random random = new Random(3);
        Path run = tiny.models().resolve("mine");
        int saved = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            saved = Math.max(saved, runAndKill(tiny.models(), config, random.nextInt(150)));
            assertThat(RunCheckpoint.isIn(run)).as("kill %d", kill).isTrue();
            RunCheckpoint left = RunCheckpoint.read(run);
            assertThat(left.about().state().step()).as("kill %d", kill).isGreaterThanOrEqualTo(saved);
            for (String model : List.of("", "training/latest")) {
                if (saved > 2) {
                    try (LanguageModel read = ModelFolder.read(run.resolve(model), Device.cpu())) {
                        assertThat(read.context()).isEqualTo(32);
                    }
                }
            }
            PastRun.read(run);
        }
        assertThat(saved).isGreaterThanOrEqualTo(KILLS / 2);
    }

    /** Runs the program until some milliseconds after it has saved a state, and returns the last step it reported as saved. */
    private int runAndKill(Path models, Path config, int milliseconds) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                models.toString(),
                config.toString()));
        Path said = Files.writeString(folder.resolve("said"), "");
        Process program = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(said.toFile())
                .start();
        while (program.isAlive() && Files.size(said) == 0) {
            Thread.sleep(2);
        }
        Thread.sleep(milliseconds);
        program.destroyForcibly();
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String lines = Files.readString(said);
        return lines.substring(0, lines.lastIndexOf('\n') + 1) // the last may be half a number
                .lines()
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }
}
