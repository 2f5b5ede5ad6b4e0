package io.heed.text.corpus;

import io.heed.text.Fingerprint;

/** Where the ids of a text are: in the heap, in a file, or in many. */
public interface IdStore extends AutoCloseable {

    /** The training part. */
    IdPart training();

    /** The validation part. */
    IdPart validation();

    /** What is known of the text. */
    CorpusFacts about();

    /** 64 hexadecimal digits that change with the tokenizer and with the ids of either part. */
    default String fingerprint() {
        return Fingerprint.of(about().check(), about().tokenizer());
    }

    /** Closes the files. */
    @Override
    void close();
}
