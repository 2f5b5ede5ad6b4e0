package io.heed.spark.reading;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.NextWord;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Predicts the next word of each text of a block: a row for each.
 *
 * @param model the model
 * @param top how many of the likeliest tokens to predict
 * @param notes what is noted about the texts
 */
record PredictedTexts(ShippedModel model, int top, TextNotes notes) implements FlatMapFunction<TextBlock, Row> {

    private static final StructType WORD = new StructType()
            .add("token", DataTypes.StringType, false)
            .add("id", DataTypes.IntegerType, false)
            .add("probability", DataTypes.DoubleType, false);

    /** The columns; docs/formats.md says what they hold. */
    static final StructType SCHEMA = new StructType()
            .add("index", DataTypes.LongType, false)
            .add("text", DataTypes.StringType, false)
            .add("tokens", DataTypes.IntegerType, false)
            .add("next", DataTypes.createArrayType(WORD, false), false)
            .add("entropy", DataTypes.DoubleType, false)
            .add("unknown", DataTypes.createArrayType(DataTypes.StringType, false), false);

    @Override
    public Iterator<Row> call(TextBlock block) {
        LanguageModel read = model.read();
        List<Encoded> encoded = notes.encoded(read, block);
        List<NextWords> next = new NextWordPredictor(read)
                .after(encoded.stream().map(text -> text.last(read.context())).toList(), top);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < encoded.size(); i++) {
            rows.add(RowFactory.create(
                    block.first() + i,
                    block.texts().get(i),
                    encoded.get(i).length(),
                    next.get(i).likeliest().stream().map(PredictedTexts::row).toArray(),
                    next.get(i).entropy(),
                    encoded.get(i).unknown().toArray()));
        }
        return rows.iterator();
    }

    private static Row row(NextWord word) {
        return RowFactory.create(word.token(), word.id(), word.probability());
    }
}
