package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.IdList;
import io.heed.text.LineEnds;
import io.heed.text.TextChunk;
import io.heed.text.TextSection;
import io.heed.text.Utf8;
import io.heed.text.tokenizer.Template;
import io.heed.text.tokenizer.TextEncoder;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts pieces of a text into ids. Thread-safe. */
public final class PieceCutter implements AutoCloseable {

    private final Preparation how;
    private final Tokenizer tokenizer;
    private final TextEncoder encoder;

    /**
     * Creates a cutter.
     *
     * @param json the tokenizer.json
     * @throws HeedException if the text consists of pairs and the tokenizer has no marks for sentences
     */
    public PieceCutter(Preparation how, String json) {
        this.how = how;
        tokenizer = how.tokenizer(json);
        try {
            requireMarks();
            encoder = tokenizer.encoder();
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private void requireMarks() {
        boolean marks = tokenizer.sentenceMarks().start().isPresent()
                && tokenizer.sentenceMarks().end().isPresent();
        if (how.format() == DataFormat.PAIRS && !marks) {
            throw new HeedException(("%s has no marks for the start and the end of a sentence, which translation"
                            + " needs; tokenizer.type: word has them")
                    .formatted(how.tokenizerName()));
        }
    }

    /** The number of bytes of an id. */
    public int width() {
        return IdWriter.width(tokenizer.size());
    }

    /** Creates a writer of the ids. */
    public IdWriter writer(OutputStream out) {
        return new IdWriter(out, width(), tokenizer.vocabulary().unknown().orElse(-1));
    }

    /**
     * What a piece was cut into.
     *
     * @param ids the ids
     * @param lengths the number of ids of each sentence; empty in one long text
     * @param bytes the number of bytes of the piece
     */
    record Cut(IdList ids, IdList lengths, int bytes) {}

    /**
     * Cuts a section and writes its ids, in this thread.
     *
     * @param first whether a part of the text starts with it
     * @param repeats looks at each piece of the training part; null for the validation part
     * @return the number of ids of each sentence; none in one long text
     */
    public List<IdList> cut(TextSection section, boolean first, @Nullable Repeats repeats, IdWriter writer)
            throws IOException {
        List<IdList> lengths = new ArrayList<>();
        boolean start = first;
        for (TextChunk piece : section.pieces()) {
            Cut cut = cut(piece, start, repeats);
            writer.ids(cut.ids);
            lengths.add(cut.lengths);
            start = false;
        }
        return lengths;
    }

    /** @param first whether a part of the text starts with it */
    Cut cut(TextChunk piece, boolean first, @Nullable Repeats repeats) {
        byte[] text = piece.read();
        if (repeats != null) {
            repeats.look(text);
        }
        IdList ids = new IdList(text.length / 3 + 16);
        IdList lines = new IdList(16);
        if (how.format().endsWithLines()) {
            sentences(how.sentencesOf(piece, text), ids, lines);
        } else if (first) {
            encoder.encode(text, 0, text.length, ids);
        } else {
            encoder.encodeLaterPart(text, 0, text.length, ids);
        }
        return new Cut(ids, lines, piece.length());
    }

    /** Cuts each line that is not blank as the tokenizer encodes sentences, with start and end marks. */
    private void sentences(byte[] text, IdList ids, IdList lengths) {
        Template marks = tokenizer.sentence();
        LineEnds.each(text, (from, to) -> {
            if (Utf8.isBlank(text, from, to)) {
                return;
            }
            int before = ids.size();
            ids.addAll(marks.before());
            encoder.encode(text, from, to, ids);
            ids.addAll(marks.after());
            if (ids.size() - before > 1) {
                lengths.add(ids.size() - before);
            } else {
                ids.cut(before);
            }
        });
    }

    /**
     * How long the rows are that were cut.
     *
     * @param lengths the number of ids of each sentence
     */
    public RowLengths rows(List<IdList> lengths) {
        return RowLengths.of(how.format(), tokenizer.sentenceMarks().addedEnds(), told -> {
            int sentence = 0;
            for (IdList some : lengths) {
                for (int i = 0; i < some.size(); i++) {
                    told.of(sentence++, some.get(i));
                }
            }
        });
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
