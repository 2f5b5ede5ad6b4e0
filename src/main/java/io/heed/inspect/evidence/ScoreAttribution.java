package io.heed.inspect.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ResidualStream.Written;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Why a head looks there: the score of one query and one key, {@code q·k/√D}, as a sum over what wrote the query and what wrote the key
 * (the QK circuit of Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021).
 *
 * <p>With the statistics of all norms held at their values, a query and a key are sums of what the token, its position, each earlier head,
 * feed-forward network and bias make of them. A score is linear in both, so it is the sum of one term for each pair of parts.
 *
 * @param cell which score
 * @param keyHead the key head that the head shares with others, from 0; null if it shares none
 * @param queryToken the token that reads, as it is shown
 * @param keyToken the token that is read, as it is shown
 * @param score the score before any mask
 * @param weight the weight that softmax made of it
 * @param queryParts what wrote the query, in the order of computation, P of them
 * @param keyParts what wrote the key, likewise, R of them
 * @param terms what each part of the query and each part of the key add together, (P,R); the terms sum to the score
 * @param largest the terms of the largest size, the largest first
 */
public record ScoreAttribution(
        Cell cell,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer keyHead,

        String queryToken,
        String keyToken,
        double score,
        double weight,
        List<Part> queryParts,
        List<Part> keyParts,
        double[][] terms,
        List<Term> largest) {

    private static final int LARGEST = 10;

    /**
     * A cell of an attention map.
     *
     * @param attention the part of the transformer
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param query the position that reads, from 0
     * @param key the position that is read, from 0
     */
    public record Cell(Trace.Part attention, int layer, int head, int query, int key) {

        /** A cell of a decoder's own attention. */
        public Cell(int layer, int head, int query, int key) {
            this(Trace.Part.DECODER, layer, head, query, key);
        }
    }

    /**
     * What wrote part of a query or a key.
     *
     * @param name {@code token}, {@code position} where positions are added to embeddings, {@code head}, {@code attention bias},
     *     {@code cross-attention head}, {@code cross-attention bias}, {@code feed-forward}, {@code norm bias}, or {@code bias}, that of the
     *     projection
     * @param layer the layer, from 0, or -1 for none
     * @param head the head, from 0, or -1 for none
     * @param sum the sum of its terms: what it adds to the score with all parts of the other side
     */
    public record Part(String name, int layer, int head, double sum) {

        /** The part in a word or two, as in {@code head 0.2} or {@code feed-forward 0}. */
        public String shortName() {
            return name + (layer < 0 ? "" : " " + layer) + (head < 0 ? "" : "." + head);
        }

        /** The part in words, at a token in quotes, as in {@code head 0.2} or {@code the word “cat”}. */
        String words(String token, int position) {
            return switch (name) {
                case "token" -> "the word " + token;
                case "position" -> "position " + position;
                case "head", "cross-attention head" -> shortName();
                case "feed-forward" -> "the feed-forward network of layer " + layer;
                case "norm bias" -> "the norm's bias";
                case "bias" -> "the projection's bias";
                default -> "the %s of layer %d".formatted(name, layer);
            };
        }
    }

    /**
     * What a part of the query and a part of the key add to the score.
     *
     * @param queryPart the index of the query's part
     * @param keyPart the index of the key's part
     * @param value the term
     * @param query what wrote the query, in words
     * @param key what wrote the key, in words
     * @param sentence all of it in words
     */
    public record Term(int queryPart, int keyPart, double value, String query, String key, String sentence) {}

    /** The steps that a recording needs. */
    public static Set<Step> needed(LanguageModel model) {
        Set<Step> needed = EnumSet.of(
                Step.RESIDUAL_BEFORE, Step.PROJECTED_QUERY, Step.PROJECTED_KEY, Step.UNMASKED_SCORES, Step.WEIGHTS);
        needed.addAll(ResidualStream.WRITTEN);
        if (model.transformer().config().translates()) {
            needed.addAll(EnumSet.of(Step.RESIDUAL_MIDDLE, Step.RESIDUAL_AFTER));
        }
        needed.retainAll(Step.of(model.transformer().config()));
        return needed;
    }

    /**
     * Attributes a score.
     *
     * @param recording of that model, with the steps {@link #needed}
     */
    public static ScoreAttribution of(LanguageModel model, Recording recording, Cell cell) {
        HeadParts head = new HeadParts(model, recording, cell.attention, cell.layer, cell.head);
        return of(model, recording, cell, head.query(cell.query), head.key(cell.key));
    }

    private static ScoreAttribution of(
            LanguageModel model, Recording recording, Cell cell, HeadParts.Parts query, HeadParts.Parts key) {
        double[][] terms = terms(query, key);
        double[] byQuery = new double[terms.length];
        double[] byKey = new double[terms[0].length];
        for (int i = 0; i < byQuery.length; i++) {
            for (int j = 0; j < byKey.length; j++) {
                byQuery[i] += terms[i][j];
                byKey[j] += terms[i][j];
            }
        }
        List<Part> queryParts = parts(query.names(), byQuery);
        List<Part> keyParts = parts(key.names(), byKey);
        double score = at(recording, cell, Step.UNMASKED_SCORES);
        return new ScoreAttribution(
                cell,
                model.transformer().config().attention().sharedKeyHeadOf(cell.head),
                recording.passage().queries(cell.attention).shown().get(cell.query),
                recording.passage().keys(cell.attention).shown().get(cell.key),
                score,
                at(recording, cell, Step.WEIGHTS),
                queryParts,
                keyParts,
                terms,
                largest(recording.passage(), cell, score, queryParts, keyParts, terms));
    }

    private static double at(Recording recording, Cell cell, Step step) {
        return recording.get(cell.attention, cell.layer, step).get(cell.head, cell.query, cell.key);
    }

    /** {@code q·k/√D} of each part of a query and each part of a key. */
    static double[][] terms(HeadParts.Parts query, HeadParts.Parts key) {
        double[][] terms = new double[query.vectors().size()][key.vectors().size()];
        for (int i = 0; i < terms.length; i++) {
            double[] q = query.vectors().get(i);
            for (int j = 0; j < terms[i].length; j++) {
                double[] k = key.vectors().get(j);
                double product = 0;
                for (int d = 0; d < q.length; d++) {
                    product += q[d] * k[d];
                }
                terms[i][j] = product / Math.sqrt(q.length);
            }
        }
        return terms;
    }

    private static List<Part> parts(List<Written> names, double[] sums) {
        return IntStream.range(0, sums.length)
                .mapToObj(i -> new Part(
                        names.get(i).name(), names.get(i).layer(), names.get(i).head(), sums[i]))
                .toList();
    }

    private static List<Term> largest(
            Passage passage, Cell cell, double score, List<Part> queryParts, List<Part> keyParts, double[][] terms) {
        String reading = passage.queries(cell.attention).quoted(cell.query);
        String found = passage.keys(cell.attention).quoted(cell.key);
        return IntStream.range(0, queryParts.size() * keyParts.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(terms[i / keyParts.size()][i % keyParts.size()])))
                .limit(LARGEST)
                .map(i -> {
                    int query = i / keyParts.size();
                    int key = i % keyParts.size();
                    double term = terms[query][key];
                    String asks = queryParts.get(query).words(reading, cell.query);
                    String answers = keyWords(keyParts.get(key), found, cell);
                    String sentence = String.format(
                            Locale.ROOT,
                            "head %d.%d's query, written by %s, %s the key written by %s: %+.2f of %.2f",
                            cell.layer,
                            cell.head,
                            asks,
                            term < 0 ? "avoids" : "finds",
                            answers,
                            term,
                            score);
                    return new Term(query, key, term, asks, answers, sentence);
                })
                .toList();
    }

    /** What wrote the key, in words; that which the cross-attention reads was written in the encoder. */
    private static String keyWords(Part part, String token, Cell cell) {
        String words = part.words(token, cell.key);
        return cell.attention == Trace.Part.CROSS && part.layer >= 0
                ? "the encoder's " + words.replaceFirst("^the ", "")
                : words;
    }
}
