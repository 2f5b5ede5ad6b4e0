package io.heed.text.tokenizer;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * The marks that a tokenizer puts around every text.
 *
 * @param before the ids before the text
 * @param after the ids after the text
 */
public record Template(long[] before, long[] after) {

    private static final Template NONE = new Template(new long[0], new long[0]);

    /** Reads the template of a tokenizer.json's {@code post_processor}, of any kind. */
    static Template of(JsonNode processor) {
        return switch (processor.path("type").asString("")) {
            case "TemplateProcessing" -> ofPieces(processor.path("single"), processor.path("special_tokens"));
            case "BertProcessing", "RobertaProcessing" -> new Template(id(processor, "cls"), id(processor, "sep"));
            case "Sequence" ->
                processor // a second one leaves the first one's result for two texts unchanged
                        .path("processors")
                        .valueStream()
                        .map(Template::of)
                        .filter(template -> template.length() > 0)
                        .findFirst()
                        .orElse(NONE);
            default -> NONE;
        };
    }

    private static Template ofPieces(JsonNode pieces, JsonNode marks) {
        Template template = NONE;
        boolean behind = false;
        for (JsonNode piece : pieces) {
            behind |= piece.has("Sequence");
            long[] ids = marks.path(piece.path("SpecialToken").path("id").asString(""))
                    .path("ids")
                    .valueStream()
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            template = behind
                    ? new Template(template.before, join(template.after, ids))
                    : new Template(join(template.before, ids), template.after);
        }
        return template;
    }

    private static long[] id(JsonNode processor, String mark) {
        return new long[] {processor.path(mark).path(1).asLong()};
    }

    private static long[] join(long[] first, long[] second) {
        return LongStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    /** This template with the first of the end marks added, if it does not end with one. */
    Template endingIn(Set<Integer> ends) {
        boolean ended = after.length > 0 && ends.contains((int) after[after.length - 1]);
        long[] end = ends.stream().limit(ended ? 0 : 1).mapToLong(id -> id).toArray();
        return new Template(before, join(after, end));
    }

    /** The number of marks. */
    int length() {
        return before.length + after.length;
    }
}
