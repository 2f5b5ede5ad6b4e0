package io.heed.spark.reading;

import io.heed.spark.reading.StoredTexts.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Numbers the texts in rows and cuts them into blocks, or pieces of blocks where a part of a file ends; each with its first number. */
final class TextPieces implements Iterator<Tuple2<Long, TextBlock>> {

    private final StoredTexts texts;
    private final Map<Part, Long> numbers; // of the next text of each part
    private final int size;

    /**
     * Prepares to cut.
     *
     * @param firsts the number of the first text of each part
     * @param size the number of texts of a block
     */
    TextPieces(Iterator<Row> rows, Map<Part, Long> firsts, int size) {
        texts = new StoredTexts(rows);
        numbers = new HashMap<>(firsts);
        this.size = size;
    }

    @Override
    public boolean hasNext() {
        return texts.hasNext();
    }

    @Override
    public Tuple2<Long, TextBlock> next() {
        Part part = texts.peek().part();
        long first = Objects.requireNonNull(numbers.get(part));
        List<String> piece = new ArrayList<>();
        do {
            piece.add(texts.next().text());
        } while ((first + piece.size()) % size != 0
                && texts.hasNext()
                && texts.peek().part().equals(part));
        numbers.put(part, first + piece.size());
        return new Tuple2<>(first, new TextBlock(first, piece));
    }
}
