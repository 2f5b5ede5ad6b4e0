package io.heed.spark.reading;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Records what each head reads in the texts of a block: a row for each text, layer and head.
 *
 * @param model the model
 * @param maps which maps to record
 * @param notes what is noted about the texts
 */
record AttentionRows(ShippedModel model, List<MapColumn> maps, TextNotes notes) implements FlatMapFunction<TextBlock, Row> {

    private static final DataType ROWS =
            DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType, false), false);

    /** A map of a head, (T,T), that becomes a column. */
    @SuppressWarnings("ImmutableEnumChecker") // a list that does not change
    enum MapColumn {
        /** Attention weights. */
        WEIGHTS(Step.WEIGHTS),
        /** What softmax turns into weights; minus infinity where a key is hidden. */
        SCORES(Step.SCORES),
        /** The scores of all pairs. */
        UNMASKED_SCORES(Step.UNMASKED_SCORES),
        /** How much each key writes through the head. */
        VALUE_WEIGHTED(Step.WEIGHTS, Step.VALUE);

        private final Step first;
        private final List<Step> steps;

        MapColumn(Step first, Step... more) {
            this.first = first;
            steps = Stream.concat(Stream.of(first), Stream.of(more)).toList();
        }

        /** Its layers, (H,T,T) each. */
        private List<Tensor> of(LanguageModel model, Recording recording) {
            return this == VALUE_WEIGHTED
                    ? Quantity.VALUE_WEIGHTED.of(model, recording)
                    : IntStream.range(0, recording.layers())
                            .mapToObj(layer -> recording.get(layer, first))
                            .toList();
        }

        /** The name on the command line and of the column. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The columns; docs/formats.md says what they hold. */
    StructType schema() {
        StructType schema = new StructType()
                .add("index", DataTypes.LongType, false)
                .add("text", DataTypes.StringType, false)
                .add("layer", DataTypes.IntegerType, false)
                .add("head", DataTypes.IntegerType, false)
                .add("tokens", DataTypes.createArrayType(DataTypes.StringType, false), false)
                .add("ids", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
        for (MapColumn map : maps) {
            schema = schema.add(map.toString(), ROWS, false);
        }
        return schema;
    }

    @Override
    public Iterator<Row> call(TextBlock block) {
        LanguageModel read = model.read();
        List<Encoded> encoded = notes.encoded(read, block);
        return IntStream.range(0, encoded.size())
                .boxed()
                .flatMap(i -> rows(read, block, i, encoded.get(i)).stream())
                .iterator();
    }

    private List<Row> rows(LanguageModel read, TextBlock block, int i, Encoded whole) {
        Encoded tokens = whole.last(read.context());
        String text = block.texts().get(i);
        Set<Step> steps = EnumSet.of(Step.WEIGHTS); // by which a recording knows its heads
        maps.forEach(map -> steps.addAll(map.steps));
        Recording recording = Recording.of(read, new Passage(text, tokens), steps);
        List<List<Tensor>> layers =
                maps.stream().map(map -> map.of(read, recording)).toList();
        int[] ids = IntStream.range(0, tokens.length()).map(at -> (int) tokens.ids()[at]).toArray();
        List<Row> rows = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                List<Object> row = new ArrayList<>(
                        List.of(block.first() + i, text, layer, head, tokens.tokens().toArray(), ids));
                for (List<Tensor> map : layers) {
                    row.add(map.get(layer).at(head).rows());
                }
                rows.add(RowFactory.create(row.toArray()));
            }
        }
        return rows;
    }
}
