package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import io.heed.Float16;
import io.heed.HeedException;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.ConfigReader;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.run.Progress;
import io.heed.text.tokenizer.Encoded;
import io.heed.watch.FrameFile;
import io.heed.watch.LiveRun;
import io.heed.watch.RunFeed;
import io.heed.watch.Watcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is kept of a run as it trains, and what those who watch it may change. */
final class FramesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BASE85 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

    @TempDir
    private Path folder;

    private TinyRun tiny;

    @BeforeEach
    void write() throws IOException {
        tiny = new TinyRun(folder);
    }

    private Path train(String name, Watcher watcher, String... overrides) throws IOException {
        return TrainingRun.begin(
                        TrainingSite.HERE, tiny.config(name, overrides), "heed train", tiny.models(), true, watcher)
                .folder();
    }

    private static Watcher listener(int stopAt) {
        int[] steps = {0};
        Progress progress = new Progress() {
            @Override
            public void stepped(Step step) {
                steps[0] = step.step();
            }
        };
        return Watcher.of(progress, () -> steps[0] == stopAt);
    }

    private static List<JsonNode> events(Path run) {
        return new FrameFile(run).lines().stream().map(JSON::readTree).toList();
    }

    private static List<JsonNode> events(Path run, String type) {
        return events(run).stream()
                .filter(event -> event.path("type").asString().equals(type))
                .toList();
    }

    /** The lines without speeds and times, which depend on the machine. */
    private static List<String> lines(Path run) {
        return new FrameFile(run)
                .lines().stream()
                        .map(line -> line.replaceAll("\"(tokens_per_second|seconds)\":[^,}]*", ""))
                        .toList();
    }

    private static byte[] weights(Path run) throws IOException {
        return Files.readAllBytes(run.resolve("model.safetensors"));
    }

    @Test
    void frames_are_spread_over_the_steps_and_change_no_bit() throws IOException {
        Path plain = train("plain", listener(-1));
        assertThat(FrameFile.isIn(plain)).isFalse();
        Path kept = train("kept", listener(-1), "training.frames=8", "model.dropout=0");
        assertThat(events(kept, "frame"))
                .extracting(event -> event.path("step").asInt())
                .containsExactly(0, 3, 5, 8, 10, 13, 15, 18, 20);
        assertThat(events(kept, "evaluated"))
                .extracting(event -> event.path("step").asInt())
                .containsExactly(10, 20);
        assertThat(weights(kept)).isEqualTo(weights(plain));
        assertThat(kept.resolve("training.html")).exists();
    }

    @Test
    void a_sentence_is_read_up_to_its_last_word() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String who : List.of("Anna", "Ben", "Cleo", "Dan")) {
            for (String does : List.of("reads", "buys", "sells")) {
                for (String what : List.of("books", "pens", "maps", "cups", "hats")) {
                    lines.add(who + " " + does + " old " + what + " .");
                }
            }
        }
        Path text = Files.write(folder.resolve("sentences.txt"), lines);
        Path run = train("cut", listener(-1), "data.train=" + text, "training.steps=2", "training.frames=1");
        assertThat(events(run, "probe").get(0).path("text").asString()).matches("[a-d]\\w+ \\w+s old");
    }

    @Test
    void the_last_frame_is_what_the_model_does() throws IOException {
        Path run = train("kept", listener(-1), "training.frames=4");
        JsonNode probe = events(run, "probe").get(0);
        JsonNode frame = events(run, "frame").get(4);
        try (LanguageModel model = ModelFolder.read(run.resolve("training/latest"), Device.cpu())) {
            String text = probe.path("text").asString();
            Encoded encoded = model.encode(text);
            assertThat(probe.path("tokens").size()).isEqualTo(encoded.length());
            Recording recording = Recording.of(model, text, encoded);
            HeadEffects effects = HeadEffects.at(model, recording, encoded.length() - 1);
            assertThat(frame.path("next").get(0).path("token").asString())
                    .isEqualTo(effects.next().get(0).token());
            assertThat(frame.path("next").get(0).path("probability").asDouble())
                    .isCloseTo(effects.next().get(0).probability(), offset(1e-6));
            effects.heads()
                    .forEach(head -> assertThat(frame.path("without")
                                    .get(head.layer())
                                    .get(head.head())
                                    .asDouble())
                            .isCloseTo(head.probability(), offset(1e-6)));
            ByteBuffer numbers =
                    ByteBuffer.wrap(decoded(frame.path("weights").asString())).order(ByteOrder.LITTLE_ENDIAN);
            for (int head = 0; head < 4; head++) {
                float[][] map = recording.weights(head / 2, head % 2);
                for (int query = 0; query < map.length; query++) {
                    for (int key = 0; key <= query; key++) {
                        assertThat(Float16.toFloat(numbers.getShort())).isCloseTo(map[query][key], offset(5e-4f));
                    }
                }
            }
            assertThat(numbers.remaining()).isZero();
        }
    }

    /** Base85 as docs/formats.md describes it. */
    private static byte[] decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() / 5 * 4 + 4);
        int length = text.length() / 5 * 4 + Math.max(0, text.length() % 5 - 1);
        for (int from = 0; from < text.length(); from += 5) {
            long word = 0;
            for (int i = 0; i < 5; i++) {
                word = word * 85 + (from + i < text.length() ? BASE85.indexOf(text.charAt(from + i)) : 84);
            }
            bytes.putInt((int) word);
        }
        byte[] all = new byte[length];
        bytes.rewind().get(all);
        return all;
    }

    @Test
    void a_run_that_stopped_and_resumed_has_kept_the_same() throws IOException {
        Path whole = train("whole", listener(-1), "training.frames=8");
        Path parts = train("parts", listener(7), "training.frames=8");
        TrainingRun.resume(TrainingSite.HERE, parts, List.of(), listener(-1));
        assertThat(lines(parts))
                .usingElementComparator((a, b) -> a.replace("parts", "whole").compareTo(b))
                .containsExactlyElementsOf(lines(whole));
    }

    @Test
    void what_a_killed_run_kept_after_its_checkpoint_is_forgotten() throws IOException {
        Path whole = train("whole", listener(-1), "training.frames=8");
        Path parts = train("parts", listener(7), "training.frames=8");
        Path file = new FrameFile(parts).path();
        List<String> later = new FrameFile(whole)
                .lines().stream()
                        .filter(line -> JSON.readTree(line).path("step").asInt() > 7)
                        .toList();
        Files.writeString(file, Files.readString(file) + String.join("\n", later) + "\n{\"type\":\"fra");
        TrainingRun.resume(TrainingSite.HERE, parts, List.of(), listener(-1));
        assertThat(lines(parts)).hasSameSizeAs(lines(whole));
        assertThat(events(parts, "frame"))
                .extracting(event -> event.path("step").asInt())
                .containsExactly(0, 3, 5, 8, 10, 13, 15, 18, 20);
    }

    /** A run writes what is asked of it before the step, and may be killed before it saves its state. */
    @Test
    void a_change_that_a_killed_run_kept_and_its_state_lacks_is_forgotten() throws IOException {
        Path run = train("parts", changing(.25, 3, 7), "training.frames=8");
        Path file = new FrameFile(run).path();
        Files.writeString(
                file,
                Files.readString(file)
                        + "{\"type\":\"changed\",\"step\":7,\"setting\":\"rate\",\"from\":0.25,\"to\":0.5}\n\u00e9\n");
        TrainingRun.resume(TrainingSite.HERE, run, List.of(), listener(-1));
        assertThat(events(run, "changed"))
                .extracting(event -> event.path("to").asDouble())
                .containsExactly(.25);
    }

    @Test
    void a_run_that_goes_on_for_longer_says_so() throws IOException {
        Path run = train("longer", listener(7), "training.frames=8");
        TrainingRun.resume(TrainingSite.HERE, run, List.of("training.steps=30"), listener(-1));
        assertThat(events(run, "began"))
                .extracting(event ->
                        List.of(event.path("step").asInt(), event.path("steps").asInt()))
                .containsExactly(List.of(0, 20), List.of(7, 30));
    }

    @Test
    void a_run_that_starts_over_without_frames_keeps_none_of_the_former() throws IOException {
        Path run = train("mine", listener(-1), "training.frames=8");
        assertThat(run.resolve("training.html")).exists();
        train("mine", listener(-1));
        assertThat(FrameFile.isIn(run)).isFalse();
        assertThat(run.resolve("training.html")).doesNotExist();
    }

    @Test
    void of_a_run_of_which_enough_is_kept_the_end_is_kept_too() throws IOException {
        Path run = train("mine", listener(7), "training.frames=8");
        Path file = new FrameFile(run).path();
        String much = "{\"type\":\"much\",\"step\":7,\"text\":\"%s\"}\n".formatted("x".repeat(42 << 20));
        Files.writeString(file, much, StandardOpenOption.APPEND);
        List<String> warnings = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void warned(String warning) {
                warnings.add(warning);
            }
        };
        TrainingRun.resume(TrainingSite.HERE, run, List.of(), Watcher.of(progress, () -> false));
        assertThat(warnings).singleElement().asString().contains("frames.jsonl", "as many events as are kept");
        assertThat(events(run, "frame"))
                .extracting(event -> event.path("step").asInt())
                .containsExactly(0, 3, 5);
        assertThat(events(run, "ended").get(0).path("ending").asString()).isEqualTo("complete");
    }

    @Test
    void why_a_run_failed_is_kept() throws IOException {
        Progress failing = new Progress() {
            @Override
            public void stepped(Step step) {
                if (step.step() == 5) {
                    throw new HeedException("the disk is full");
                }
            }
        };
        assertThatThrownBy(() -> train("mine", Watcher.of(failing, () -> false), "training.frames=8"))
                .hasMessage("the disk is full");
        JsonNode ended = events(tiny.models().resolve("mine"), "ended").get(0);
        assertThat(ended.path("ending").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString()).isEqualTo("the disk is full");
    }

    @Test
    void a_head_begins_where_kept_models_say() {
        int every = 50;
        Path run = TrainingRun.begin(
                        TrainingSite.HERE,
                        ConfigReader.read(
                                Path.of("configs/toy.yaml"),
                                List.of(
                                        "training.steps=300",
                                        "training.evaluate_every=" + every,
                                        "training.keep=true",
                                        "training.frames=10")),
                        "heed train",
                        tiny.models(),
                        false,
                        listener(-1))
                .folder();
        JsonNode caption = events(run, "caption").stream()
                .filter(each -> each.path("measure").asString("").equals("subject_over_a_clause"))
                .findFirst()
                .orElseThrow();
        assertThat(caption.path("text").asString())
                .endsWith(" first reads the subject across a clause, in held-out sentences");
        assertThat(events(run, "caption"))
                .filteredOn(each -> each.path("measure").asString("").endsWith("_token"))
                .isNotEmpty()
                .allSatisfy(each ->
                        assertThat(each.path("text").asString()).endsWith(", on average over the test sentence"));
        int begins = 0;
        for (int step = every; begins == 0; step += every) { // as heed attention --over measures, on 200 sentences
            try (LanguageModel model = ModelFolder.read(KeptModels.at(run, step), Device.cpu())) {
                String text = events(run, "probe").get(0).path("text").asString();
                HeadCards cards = new HeadCards(model);
                double value = cards.of(Recording.of(model, text, model.encode(text))).stream()
                        .filter(card -> card.layer() == caption.path("layer").asInt()
                                && card.head() == caption.path("head").asInt())
                        .mapToDouble(card -> card.measures().get(HeadMeasure.SUBJECT_OVER_A_CLAUSE))
                        .sum();
                begins = value >= .5 ? step : 0;
            }
        }
        assertThat(caption.path("step").asInt()).isBetween(begins - every, begins + every);
    }

    /** A watcher that changes the rates after a step, and stops after another. */
    private static Watcher changing(double factor, int at, int stopAt) {
        int[] steps = {0};
        Progress progress = new Progress() {
            @Override
            public void stepped(Step step) {
                steps[0] = step.step();
            }
        };
        return new Watcher() {
            @Override
            public Progress progress() {
                return progress;
            }

            @Override
            public boolean between(Moment moment) {
                return moment.step() != stopAt;
            }

            @Override
            public double rateFactor(double present) {
                return steps[0] == at ? factor : present;
            }
        };
    }

    @Test
    void a_changed_rate_is_told_and_resumes_exactly() throws IOException {
        Path plain = train("plain", listener(-1));
        Path whole = train("whole", changing(.25, 6, -1), "training.frames=8");
        Path parts = train("parts", changing(.25, 6, 13), "training.frames=8");
        TrainingRun.resume(TrainingSite.HERE, parts, List.of(), listener(-1));
        assertThat(weights(parts)).isEqualTo(weights(whole)).isNotEqualTo(weights(plain));
        JsonNode changed = events(parts, "changed").get(0);
        assertThat(changed.path("step").asInt()).isEqualTo(6);
        assertThat(changed.path("to").asDouble()).isEqualTo(.25);
        List<String> rows = Files.readAllLines(parts.resolve("training/metrics.csv"));
        List<String> plainRows = Files.readAllLines(plain.resolve("training/metrics.csv"));
        double rate = Double.parseDouble(rows.get(1).split(",", -1)[4]);
        assertThat(rate).isCloseTo(.25 * Double.parseDouble(plainRows.get(1).split(",", -1)[4]), offset(1e-8));
        assertThat(Files.readString(parts.resolve("training/metrics.jsonl")).lines())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("\"changes\":[{\"step\":6,\"setting\":\"rate\",\"from\":1.0,\"to\":0.25}]"),
                        second -> assertThat(second).doesNotContain("changes"));
        assertThat(parts.resolve("README.md"))
                .content()
                .contains("It was changed by hand while it trained: learning rates × 0.25 from step 7 on.");
        assertThat(plain.resolve("README.md")).content().doesNotContain("by hand");
    }

    @Test
    void those_who_watch_pause_and_step_and_get_another_probe() throws Exception {
        LiveRun live = new LiveRun(new Progress() {}, () -> false);
        live.control().pause();
        Thread training = new Thread(() -> {
            try {
                train("live", live, "training.frames=8");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        training.start();
        try (RunFeed.Reader reader = live.feed().open()) {
            List<JsonNode> read = new ArrayList<>();
            until(reader, read, "state", "\"step\":1,\"paused\":true");
            live.control().step(1);
            until(reader, read, "state", "\"step\":2,\"paused\":true");
            live.control().probe("the cat");
            until(reader, read, "probe", "\"text\":\"the cat\"");
            until(reader, read, "frame", "\"live\":true");
            assertThat(read.get(read.size() - 1).path("step").asInt()).isEqualTo(2);
            live.control().goOn();
            until(reader, read, "ended", "complete");
            assertThat(read.stream()
                            .filter(event -> event.path("type").asString().equals("frame")
                                    && event.path("live").asBoolean())
                            .map(event -> event.path("step").asInt()))
                    .startsWith(1, 2, 2);
        } finally {
            live.control().stop();
            training.join();
        }
        assertThat(events(tiny.models().resolve("live"), "probe")).hasSize(2);
    }

    @Test
    void a_rate_that_is_asked_of_a_paused_run_is_kept_though_it_is_stopped_then() throws Exception {
        LiveRun live = new LiveRun(new Progress() {}, () -> false);
        live.control().pause();
        List<Path> run = new ArrayList<>();
        Thread training = new Thread(() -> {
            try {
                run.add(train("live", live, "training.frames=8"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        training.start();
        try (RunFeed.Reader reader = live.feed().open()) {
            until(reader, new ArrayList<>(), "state", "\"step\":1,\"paused\":true");
            live.control().rate(.25);
        } finally {
            live.control().stop();
            training.join();
        }
        assertThat(events(run.get(0), "changed"))
                .extracting(event -> event.path("to").asDouble())
                .containsExactly(.25);
        TrainingRun.resume(TrainingSite.HERE, run.get(0), List.of(), listener(-1));
        Path whole = train("whole", changing(.25, 1, -1), "training.frames=8");
        assertThat(weights(run.get(0))).isEqualTo(weights(whole));
    }

    @Test
    void what_is_asked_before_a_run_starts_holds_for_it() throws IOException {
        LiveRun live = new LiveRun(new Progress() {}, () -> false);
        live.control().rate(.25);
        live.control().restart(7);
        live.control().stop();
        assertThat(live.control().takeRestart()).isEmpty();
        Path run = train("live", live, "training.frames=8");
        assertThat(events(run, "ended").get(0).path("step").asInt()).isEqualTo(1);
        assertThat(events(run, "changed").get(0).path("step").asInt()).isZero();
    }

    /** Reads events up to one of a type whose JSON has a text. */
    private static void until(RunFeed.Reader reader, List<JsonNode> read, String type, String text)
            throws InterruptedException {
        RunFeed.Line line;
        do {
            line = reader.next(60_000);
            assertThat(line).as("an event " + type + " with " + text).isNotNull();
            read.add(JSON.readTree(line.json()));
        } while (!(line.json().startsWith("{\"type\":\"" + type + "\"")
                && line.json().contains(text)));
    }
}
