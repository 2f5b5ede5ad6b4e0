package io.heed.text.corpus;

import java.io.Serializable;

/**
 * What is known of a text that has been cut into ids.
 *
 * @param key identifies what it was made from
 * @param check the checksum of the ids and line starts
 * @param training the number of ids in the training part
 * @param validation the number of ids in the validation part
 * @param trainingLines the number of sentences in the training part, or -1 in one long text
 * @param validationLines the same for the validation part
 * @param checked the number of validation lines that were compared with training lines
 * @param repeated how many of those are in the training part
 * @param unknown the number of training ids that stand for an unknown word
 * @param tokenizer the tokenizer.json
 */
public record CorpusFacts(
        String key,
        String check,
        long training,
        long validation,
        long trainingLines,
        long validationLines,
        long checked,
        long repeated,
        long unknown,
        String tokenizer)
        implements Serializable {}
