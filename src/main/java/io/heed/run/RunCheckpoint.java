package io.heed.run;

import ai.djl.ndarray.NDArray;
import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.checkpoint.Safetensors;
import io.heed.config.ConfigChange;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.optimizer.StateArrays;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything needed to resume a run exactly where it stopped: a safetensors file of its arrays, with the rest in the
 * metadata.
 *
 * @param about everything but the arrays
 * @param tensors the content of its {@link StateArrays}
 */
public record RunCheckpoint(About about, Map<String, Safetensors.StoredArray> tensors) {

    private static final String KEY = "heed_run";
    private static final String SUM = "heed_run_crc32c";
    private static final String FORMAT = "heed_format";
    private static final String VERSION = "1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Everything but the arrays.
     *
     * @param config the configuration as YAML
     * @param command the command that started the run
     * @param data the fingerprint of the text and its tokenizer
     * @param beside whether the best model is kept beside an earlier run's, which stays until this run is complete
     * @param arithmetic how the run multiplies matrices; null if an earlier version of Heed wrote the checkpoint
     * @param state the run's progress
     */
    public record About(
            String config,
            String command,
            String data,
            boolean beside,
            @Nullable Arithmetic arithmetic,
            RunState state) {

        /** Reads the run's configuration, with some settings replaced. */
        public RunConfig read(List<String> overrides) {
            return ConfigReader.left(config, "the run's configuration", overrides);
        }

        /**
         * Returns the configuration to resume with.
         *
         * @param run the run's folder
         * @param overrides settings to replace
         * @param warned told what changes
         * @throws HeedException if the run cannot be resumed with these settings
         */
        public RunConfig resumed(Path run, List<String> overrides, Consumer<String> warned) {
            RunConfig config = read(overrides);
            List<ConfigChange> changes = ConfigChange.between(read(List.of()), config);
            String forbidden = changes.stream()
                    .filter(ConfigChange::forbidden)
                    .map(ConfigChange::toString)
                    .collect(Collectors.joining(", "));
            if (!forbidden.isEmpty()) {
                throw new HeedException(
                        "%s cannot be resumed with %s; leave that out, or start a new run under another name"
                                .formatted(run, forbidden));
            }
            int steps = config.training().steps();
            if (steps < state.step()) {
                throw new HeedException(
                        "training.steps: %d is less than the %d steps that %s has taken; give at least that many"
                                .formatted(steps, state.step(), run));
            }
            changes.forEach(change -> warned.accept("the run continues with " + change));
            return config;
        }

        /** Whether the run has ended: out of steps or out of patience. */
        public boolean ended() {
            return state.isAtEndOf(read(List.of()).training());
        }
    }

    /** The checkpoint file of a run. */
    static Path file(Path run) {
        return run.resolve("training").resolve("state.safetensors");
    }

    /** Whether a run has a checkpoint. */
    public static boolean isIn(Path run) {
        return Files.isRegularFile(file(run));
    }

    /**
     * Writes a checkpoint, replacing the previous one.
     *
     * @throws HeedException if it cannot be written; the previous one then stays
     */
    public static void write(Path run, About about, Map<String, NDArray> arrays) {
        Map<String, Safetensors.StoredArray> tensors = new LinkedHashMap<>();
        arrays.forEach((name, array) -> tensors.put(
                name, new Safetensors.StoredArray("F32", array.getShape().getShape(), array.toByteBuffer(true))));
        String text = JSON.writeValueAsString(about);
        Map<String, String> metadata = Map.of(FORMAT, VERSION, KEY, text, SUM, sum(text));
        AtomicFile.write(file(run), out -> Safetensors.write(out, tensors, metadata));
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }

    /**
     * Requires that a run has a checkpoint.
     *
     * @throws HeedException if it has none
     */
    public static void require(Path run) {
        if (!isIn(run)) {
            throw new HeedException(
                    "%s has no %s to resume from; name the folder of a run, as in heed train --resume models/mine"
                            .formatted(run, run.relativize(file(run))));
        }
    }

    /**
     * Reads a run's checkpoint.
     *
     * @throws HeedException if it is missing or damaged
     */
    public static RunCheckpoint read(Path run) {
        require(run);
        Safetensors.Content content = Safetensors.open(file(run));
        String version = content.metadata().getOrDefault(FORMAT, "missing");
        if (!version.equals(VERSION)) {
            throw new HeedException(
                    "%s has format %s, but this version of Heed reads %s".formatted(file(run), version, VERSION));
        }
        String text = content.metadata().getOrDefault(KEY, "");
        if (!sum(text).equals(content.metadata().get(SUM))) {
            throw new HeedException("%s is damaged: the run's state does not match its checksum".formatted(file(run)));
        }
        try {
            return new RunCheckpoint(JSON.readValue(text, About.class), content.tensors());
        } catch (JacksonException | IllegalArgumentException e) {
            throw new HeedException("%s is damaged: the run's state cannot be read".formatted(file(run)), e);
        }
    }
}
