package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.evidence.ScoreAttribution.Cell;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that chooses cells of attention maps whose scores are explained. */
@SuppressWarnings("NullAway.Init")
public final class CellChoice {

    private static final Pattern CELL =
            Pattern.compile("(?:(encoder|decoder|cross)/)?(\\d{1,6})\\.(\\d{1,6})(?::(.+?)(?::(.+))?)?");
    private static final Pattern POSITION = Pattern.compile("\\d{1,9}");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--why",
            paramLabel = "CELL",
            description =
                    "Print why a head looks there: which parts of the model wrote the query and the key of a score."
                            + " CELL is LAYER.HEAD[:QUERY[:KEY]], as in 1.0 or 1.0:on:cat, tokens by position or word; by"
                            + " default the last token and what it reads most. Of a translation model, cross/, encoder/ or"
                            + " decoder/ may come first. Can be repeated.")
    private List<String> given = List.of();

    /** Returns the steps to record besides others, to explain the cells. */
    public Set<Step> needed(LanguageModel model) {
        Set<Step> needed = EnumSet.noneOf(Step.class);
        if (chosen()) {
            needed.addAll(ScoreAttribution.needed(model));
            needed.add(Step.SCORES);
        }
        return needed;
    }

    /**
     * Returns why heads look there, of each cell once.
     *
     * @param recording of the text, with the steps {@link #needed}
     */
    public List<ScoreAttribution> scores(LanguageModel model, Recording recording) {
        return cells(recording).stream()
                .map(cell -> ScoreAttribution.of(model, recording, cell))
                .toList();
    }

    /** Returns whether cells were chosen. */
    public boolean chosen() {
        return !given.isEmpty();
    }

    private List<Cell> cells(Recording recording) {
        return given.stream().map(each -> cell(each, recording)).distinct().toList();
    }

    private Cell cell(String text, Recording recording) {
        Matcher parts = CELL.matcher(text);
        if (!parts.matches()) {
            throw misused(
                    "“%s” is not LAYER.HEAD[:QUERY[:KEY]], as in 1.0 or 1.0:on:cat".formatted(Visible.text(text)));
        }
        boolean translates = recording.passage().source() != null;
        String named = parts.group(1);
        if (named != null && !translates) {
            throw misused(
                    "“%s/” is for translation models; this one has one attention, so leave it out".formatted(named));
        }
        Part part =
                named != null ? Part.valueOf(named.toUpperCase(Locale.ROOT)) : translates ? Part.CROSS : Part.DECODER;
        int layer = Integer.parseInt(parts.group(2));
        int head = Integer.parseInt(parts.group(3));
        try {
            TokenMaps.check("layer", layer, recording.layers());
            TokenMaps.check("head", head, recording.heads());
        } catch (HeedException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
        Encoded queries = recording.passage().queries(part);
        Encoded keys = recording.passage().keys(part);
        int query = parts.group(4) == null ? queries.length() - 1 : position(parts.group(4), queries);
        float[] weights =
                recording.get(part, layer, Step.WEIGHTS).at(head, query).values();
        int key = parts.group(5) == null ? largest(weights) : position(parts.group(5), keys);
        if (recording.get(part, layer, Step.SCORES).get(head, query, key) == Float.NEGATIVE_INFINITY) {
            throw misused(
                    "%s at %d cannot see %s at %d".formatted(quoted(queries, query), query, quoted(keys, key), key));
        }
        return new Cell(part, layer, head, query, key);
    }

    private static int largest(float[] weights) {
        int largest = 0;
        for (int key = 1; key < weights.length; key++) {
            largest = weights[key] > weights[largest] ? key : largest;
        }
        return largest;
    }

    /** The position that a number or a word names. */
    private int position(String named, Encoded tokens) {
        if (POSITION.matcher(named).matches()) {
            int position = Integer.parseInt(named);
            if (position >= tokens.length()) {
                throw misused("there is no position %d; the last is %d".formatted(position, tokens.length() - 1));
            }
            return position;
        }
        int[] found = IntStream.range(0, tokens.length())
                .filter(i -> named.equals(tokens.tokens().get(i))
                        || named.equals(tokens.shown().get(i))
                        || Visible.inQuotes(named).equals(quoted(tokens, i).replace(" ", "")))
                .toArray();
        if (found.length == 0) {
            throw misused("the text has no token %s; positions count from 0 to %d"
                    .formatted(Visible.inQuotes(Visible.text(named)), tokens.length() - 1));
        }
        if (found.length > 1) {
            String places = IntStream.of(found).mapToObj(String::valueOf).collect(Collectors.joining(", "));
            throw misused("%s occurs more than once; give one of the positions %s"
                    .formatted(Visible.inQuotes(Visible.text(named)), places));
        }
        return found[0];
    }

    private static String quoted(Encoded tokens, int position) {
        return Visible.inQuotes(tokens.shown().get(position));
    }

    private ParameterException misused(String sentence) {
        return new ParameterException(spec.commandLine(), "--why: " + sentence);
    }
}
