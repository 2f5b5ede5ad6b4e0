package io.heed.spark.reading;

import io.heed.predict.evaluation.LineEvaluator;
import io.heed.predict.evaluation.LineEvaluator.Line;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Evaluates a model on the texts of a block, each by itself.
 *
 * @param model the model
 * @param stride the number of tokens by which the window moves
 */
record EvaluatedTexts(ShippedModel model, int stride) implements Function<TextBlock, EvaluatedTexts.Evaluated> {

    /** The columns; docs/formats.md says what they hold. */
    static final StructType SCHEMA = new StructType()
            .add("index", DataTypes.LongType, false)
            .add("text", DataTypes.StringType, false)
            .add("tokens", DataTypes.LongType, false)
            .add("bytes", DataTypes.LongType, false)
            .add("unknown", DataTypes.LongType, false)
            .add("nats", DataTypes.DoubleType, false)
            .add("loss", DataTypes.DoubleType, true)
            .add("right", DataTypes.LongType, false)
            .add("right_of_five", DataTypes.LongType, false);

    /**
     * A block and how well it is predicted.
     *
     * @param texts what was read
     * @param scores its totals, and the figures of each text
     */
    record Evaluated(TextBlock texts, LineEvaluator.Block scores) implements Serializable {

        /** A row for each text. */
        Iterator<Row> rows() {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < scores.lines().size(); i++) {
                Line line = scores.lines().get(i);
                rows.add(RowFactory.create(
                        texts.first() + i,
                        texts.texts().get(i),
                        line.tokens(),
                        line.bytes(),
                        line.unknown(),
                        line.nats(),
                        line.tokens() == 0 ? null : line.nats() / line.tokens(),
                        line.right(),
                        line.rightOfFive()));
            }
            return rows.iterator();
        }
    }

    @Override
    public Evaluated call(TextBlock block) {
        return new Evaluated(block, new LineEvaluator(model.read(), stride).evaluate(block.texts()));
    }
}
