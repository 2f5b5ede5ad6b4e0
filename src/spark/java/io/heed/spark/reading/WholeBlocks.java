package io.heed.spark.reading;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Joins the pieces of each block, which come in order. */
final class WholeBlocks implements Iterator<TextBlock> {

    private final Iterator<Tuple2<Long, TextBlock>> pieces;
    private final int size;
    private @Nullable TextBlock held;

    WholeBlocks(Iterator<Tuple2<Long, TextBlock>> pieces, int size) {
        this.pieces = pieces;
        this.size = size;
    }

    @Override
    public boolean hasNext() {
        return held != null || pieces.hasNext();
    }

    @Override
    public TextBlock next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        TextBlock block = held == null ? pieces.next()._2() : held;
        held = null;
        while (pieces.hasNext() && held == null) {
            TextBlock piece = pieces.next()._2();
            if (piece.first() / size == block.first() / size) {
                block = block.followedBy(piece);
            } else {
                held = piece;
            }
        }
        return block;
    }
}
