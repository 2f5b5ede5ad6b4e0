package io.heed.cli;

import static io.heed.RecordSchema.object;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.heed.Json;
import io.heed.RecordSchema;
import io.heed.cli.print.JsonEvents;
import io.heed.cli.print.PredictPrinter;
import io.heed.cli.print.TranslationAttention;
import io.heed.config.SettingGuide;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.evidence.RoleEvidence;
import io.heed.inspect.files.AttentionResult;
import io.heed.inspect.lesson.ExampleLesson;
import io.heed.inspect.lesson.Explanation;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.PartEvaluation;
import io.heed.predict.evaluation.TranslationReport;
import io.heed.run.RateCurve;
import io.heed.run.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** docs/output.schema.json is made from the records that commands print with {@code --json}, and what they print is as it says. */
final class OutputSchemaTest {

    private static final Path COMMITTED = Path.of("docs/output.schema.json");

    private static final String TINY = " --set model.layers=1 --set model.width=16 --set model.heads=2"
            + " --set training.batch=4 --set training.evaluate_every=1";

    @TempDir
    private static Path folder;

    private static JsonNode committed;

    /** What a line of each command is; a list stands for an array on one line. */
    private static Map<String, Object> commands(RecordSchema schema) {
        Map<String, Object> commands = new LinkedHashMap<>();
        commands.put("predict", schema.reference(PredictPrinter.Next.class));
        commands.put("predict-part", schema.reference(PredictPrinter.OfPart.class));
        commands.put("predict-generate", schema.reference(PredictPrinter.Continued.class));
        commands.put("predict-beams", schema.reference(PredictPrinter.Wholes.class));
        commands.put("predict-score", schema.reference(PredictPrinter.Scored.class));
        commands.put("predict-fill", schema.reference(PredictPrinter.Filled.class));
        commands.put("translate", schema.reference(TranslateCommand.Translated.class));
        commands.put("evaluate", schema.reference(EvaluationReport.class));
        commands.put("evaluate-part", schema.reference(PartEvaluation.class));
        commands.put("evaluate-translations", schema.reference(TranslationReport.class));
        commands.put("circuit", schema.reference(CircuitReport.class));
        commands.put("attention", schema.reference(AttentionResult.class));
        commands.put("attention-file", schema.reference(AttentionResult.OfTexts.class));
        commands.put("attention-roles", schema.reference(RoleEvidence.class));
        commands.put("attention-translation", schema.reference(TranslationAttention.LookedUp.class));
        commands.put("explain", schema.reference(Explanation.Steps.class));
        commands.put("explain-example", schema.reference(ExampleLesson.Steps.class));
        commands.put("train", object("oneOf", events(schema)));
        commands.put("train-find-learning-rate", schema.reference(RateCurve.class));
        commands.put("sweep", schema.reference(SweepCommand.Swept.class));
        commands.put("runs", object("type", "array", "items", schema.reference(RunSummary.class)));
        commands.put("config", object("type", "array", "items", schema.reference(SettingGuide.class)));
        commands.put("config-check", schema.reference(ConfigCommand.Checked.class));
        commands.put("tokenizer-show", schema.reference(TokenizerShowCommand.Cut.class));
        commands.put("tokenizer-train", schema.reference(TokenizerTrainCommand.Written.class));
        commands.put("serve", schema.reference(ServeCommand.Started.class));
        commands.put("watch", schema.reference(WatchCommand.Watched.class));
        return commands;
    }

    private static List<Object> events(RecordSchema schema) {
        return Arrays.stream(JsonEvents.Event.class.getPermittedSubclasses())
                .<Object>map(schema::reference)
                .toList();
    }

    private static String generated() {
        RecordSchema schema = new RecordSchema();
        Map<String, Object> definitions = commands(schema);
        definitions.putAll(schema.records());
        return JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(object(
                                "$schema",
                                "https://json-schema.org/draft/2020-12/schema",
                                "title",
                                "What heed prints with --json",
                                "description",
                                "Under $defs, by the name of the command, a line that it prints; below them the records"
                                        + " that lines are made of. Made from the records of the program",
                                "$defs",
                                definitions))
                + "\n";
    }

    @BeforeAll
    static void read() throws IOException {
        committed = JsonMapper.shared().readTree(Files.exists(COMMITTED) ? Files.readString(COMMITTED) : "{}");
        Files.writeString(folder.resolve("circuit.json"), "{\"edges\":[\"words→1.1.v\",\"1.1→logits\"]}");
        Files.writeString(folder.resolve("texts.txt"), "the cat sat on the mat .\nzebra\n");
        Files.writeString(folder.resolve("pairs.tsv"), "le chat dort\tthe cat sleeps\t0-0 1-1 2-2\nle chat\tthe dog\n");
    }

    @Test
    void the_committed_one_is_what_the_records_say() throws IOException {
        Path made = Path.of("target/output.schema.json");
        Files.createDirectories(made.getParent());
        Files.writeString(made, generated());
        assertThat(COMMITTED).as("copy %s there where it is right", made).hasSameTextualContentAs(made);
    }

    private static List<String> faults(String command, JsonNode line) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("$ref", "#/$defs/" + command);
        root.set("$defs", committed.path("$defs"));
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString());
        return schema.validate(line).stream().map(Object::toString).toList();
    }

    private static void assertAsItSays(String name, String line) {
        JsonNode read = JsonMapper.shared().readTree(line);
        assertThat(faults(name, read)).as(line).isEmpty();
        JsonNode first = read.isArray() ? read.path(0) : read;
        // of the steps of a lesson, which have no names in the schema, the text's are checked
        List<String> keys = name.equals("explain") ? List.of("text", "ids") : List.copyOf(first.propertyNames());
        for (String key : keys) {
            JsonNode renamed = read.deepCopy();
            ObjectNode object = (ObjectNode) (read.isArray() ? renamed.path(0) : renamed);
            object.set(key + "_", object.remove(key));
            assertThat(faults(name, renamed)).as("%s renamed", key).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "predict | predict models/toy 'the cat sat on the' zebra",
                "predict-part | predict models/toy 'the cat sat on the' zebra --without 1.0,1.1",
                "predict-generate | predict models/toy 'the cat' --generate 3 --temperature 1 --continuations 2",
                "predict-beams | predict models/toy 'the cat' --generate 3 --beams 2",
                "predict-score | predict models/toy --score 'the cat sat' the",
                "predict-fill | predict models/toy --fill 'the ___ sat'",
                "translate | translate models/fr-en 'le chat' --beams 2",
                "evaluate | evaluate models/toy FOLDER/texts.txt",
                "evaluate-part | evaluate models/toy FOLDER/texts.txt --without 0.3",
                "evaluate-part | evaluate models/toy FOLDER/texts.txt --only FOLDER/circuit.json",
                "evaluate-translations | evaluate models/fr-en FOLDER/pairs.tsv",
                "circuit | circuit models/toy --resamples 2",
                "attention | attention models/toy 'the cat sat'",
                "attention | attention models/toy 'the cat sat on the' --compare 'the dog sat on the' --out FOLDER/maps --format csv",
                "attention | attention models/toy 'the cat sat' --why 1.1 --why 0.2:2:1",
                "attention-file | attention models/toy --file FOLDER/texts.txt --out FOLDER/dump",
                "attention-roles | attention models/toy --roles --ablate zero --seed 2",
                "attention-translation | attention models/fr-en 'le chat dort'",
                "explain | explain models/toy 'the cat'",
                "explain-example | explain --example",
                "config | config",
                "config-check | config --check configs/toy.yaml --set name=none",
                "config-check | config --check configs/toy.yaml --set model.width=65",
                "tokenizer-show | tokenizer show models/toy 'the é'",
                "tokenizer-train | tokenizer train FOLDER/texts.txt --vocabulary 280 --out FOLDER/tokenizer.json",
            })
    void what_commands_print_is_as_it_says(String name, String line) {
        run(line).lines().forEach(each -> assertAsItSays(name, each));
    }

    @Test
    void what_runs_print_is_as_it_says() {
        String models = " --models " + folder.resolve("models");
        String trained = run("train configs/toy.yaml --set name=one --set training.keep=true --set training.steps=2"
                + TINY + models);
        assertThat(trained.lines()).hasSizeGreaterThan(3).allSatisfy(line -> assertAsItSays("train", line));
        run("sweep configs/toy.yaml --set name=s --steps 1 --grid seed=1,2" + TINY + models)
                .lines()
                .forEach(line -> assertAsItSays("sweep", line));
        run("runs" + models).lines().forEach(line -> assertAsItSays("runs", line));
        run("train configs/toy.yaml --find-learning-rate" + TINY + models)
                .lines()
                .forEach(line -> assertAsItSays("train-find-learning-rate", line));
        run("attention " + folder.resolve("models/one") + " 'the cat' --over")
                .lines()
                .forEach(line -> assertAsItSays("attention", line));
    }

    @Test
    void what_cannot_be_run_here_is_as_it_says() {
        assertAsItSays("serve", Json.line(new ServeCommand.Started("http://127.0.0.1:80/", Path.of("models/toy"))));
        assertAsItSays(
                "watch", Json.line(new WatchCommand.Watched("http://127.0.0.1:80/", Path.of("models/toy"), true)));
        assertAsItSays("train", Json.line(new JsonEvents.Watched("http://127.0.0.1:80/")));
        assertAsItSays("train", Json.line(new JsonEvents.Stepped(3, Double.NaN, 1.5)));
        assertAsItSays("train", Json.line(new JsonEvents.Found(4.5)));
        assertAsItSays("train", Json.line(new JsonEvents.Warned("a sentence")));
    }

    /** Runs a command line of words, those with blanks in single quotes, and returns what it printed. */
    private static String run(String line) {
        List<String> words = new ArrayList<>();
        String[] parts = line.strip().split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1) {
                words.add(parts[i]);
            } else {
                Stream.of(parts[i].split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
            }
        }
        words.replaceAll(word -> word.replace("FOLDER", folder.toString()));
        words.add("--json");
        Program.Ran ran = heed(words.toArray(String[]::new));
        assertThat(ran.out()).as(ran.err()).isNotEmpty();
        return ran.out();
    }
}
