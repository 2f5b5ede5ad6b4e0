package io.heed.text.tokenizer;

import io.heed.HeedException;
import io.heed.text.IdList;
import io.heed.text.TextChunks;
import io.heed.text.Utf8;
import io.heed.text.tokenizer.Encoded.Span;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts texts into tokens of which only the last are wanted. If a tokenizer's tokens never cross the ends of words, the tokens before
 * those are only counted, many times faster than the library cuts them; the result is the same. Thread-safe.
 */
public final class TailEncoder {

    /** The most chars of a text that is cut whole, which takes hardly any time. */
    public static final int SHORT = 1 << 10;

    /** The most bytes to give the library at once; they take it about half a second. */
    private static final int LONGEST = 1 << 17;

    /** The number of bytes to count at once. */
    private static final int PIECE = 1 << 16;

    /** The most bytes per token, on average, in a meaningful text. */
    private static final int LONG_TOKEN = 64;

    /** The number of bytes that nearly always contain a token; if they do not, the text is cut again. */
    private static final int USUAL_TOKEN = 6;

    /** Tokens at a cut that are not used: marks, and one that may differ at the start of a text. */
    private static final int MARGIN = 16;

    private final Tokenizer tokenizer;
    private @Nullable TextEncoder encoder;

    /**
     * The end of a text.
     *
     * @param tokens the last tokens, with positions in the whole text; {@code unknown} has the unknown words among them
     * @param omitted the number of tokens before them
     */
    public record End(Encoded tokens, int omitted) {}

    /** Creates an encoder for a tokenizer, which the caller closes. */
    public TailEncoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Cuts a text.
     *
     * @param count the number of last tokens wanted
     * @param pause called now and then; stops the work by throwing
     * @throws HeedException if the text is long and cannot be cut in parts
     */
    public End encode(String text, int count, Runnable pause) {
        pause.run();
        if (text.length() <= SHORT) {
            return end(text, tokenizer.encode(text), count, 0);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TextEncoder quick = quick();
        if (quick == null) {
            if (bytes.length > LONGEST) {
                throw new HeedException(
                        "the text has %d bytes, but this model's tokenizer cannot cut long texts in parts; give at most the last %d"
                                .formatted(bytes.length, LONGEST));
            }
            return end(text, tokenizer.encode(text), count, 0);
        }
        int most = LONGEST + count * LONG_TOKEN;
        for (int size = Math.max(SHORT, count * USUAL_TOKEN); size <= most; size *= 2) {
            pause.run();
            int from = Math.max(0, bytes.length - 2 * size);
            int cut = cut(bytes, from, Math.max(0, bytes.length - size));
            if ((cut == 0 && from > 0) || bytes.length - cut > most) {
                continue;
            }
            String tail = new String(bytes, cut, bytes.length - cut, StandardCharsets.UTF_8);
            Encoded encoded = tokenizer.encode(tail);
            if (cut == 0 || encoded.length() >= count + MARGIN) {
                int before = count(quick, bytes, cut, pause);
                return end(text, moved(encoded, text.length() - tail.length()), count, before);
            }
        }
        throw new HeedException(
                "the words at the end of the text are too long: its last %d bytes have fewer than %d tokens, or no line end or space to cut at"
                        .formatted(most, count));
    }

    /** The encoder that works without the library, or null if parts cannot be cut separately. */
    private synchronized @Nullable TextEncoder quick() {
        if (encoder == null) {
            encoder = tokenizer.encoder();
        }
        return encoder instanceof TextEncoder.ByLibrary
                        || tokenizer.vocabulary().hasMarksWithSpaces()
                ? null
                : encoder;
    }

    /**
     * The last position in a part of a text that no token crosses, or 0: before white space that another character follows. All encoders
     * that work without the library, for words as well as GPT-2's parts, start afresh there.
     */
    private static int cut(byte[] text, int from, int to) {
        for (int at = to - 2; at > from; at--) {
            if (Utf8.isSpace(text[at]) && !TextChunks.isSpaceAt(text, at + 1, to)) {
                return at;
            }
        }
        return 0;
    }

    private static int count(TextEncoder quick, byte[] text, int end, Runnable pause) {
        IdList ids = new IdList(PIECE / 4);
        int count = 0;
        for (int at = 0; at < end; ) {
            pause.run();
            int to = end;
            for (int size = PIECE; size < end - at; size *= 2) {
                if (size > LONGEST) {
                    throw new HeedException(
                            "the text has more than %d bytes without a line end or a space between words to cut at"
                                    .formatted(LONGEST));
                }
                int cut = cut(text, at, at + size);
                if (cut > 0) {
                    to = cut;
                    break;
                }
            }
            ids.cut(0);
            quick.encode(text, at, to, ids);
            count += ids.size();
            at = to;
        }
        return count;
    }

    private static Encoded moved(Encoded part, int by) {
        List<Span> spans = part.spans().stream()
                .map(span -> span.start() < span.end() ? new Span(span.start() + by, span.end() + by) : span)
                .toList();
        return new Encoded(part.ids(), part.tokens(), part.shown(), spans, part.unknown(), part.endsInSpace());
    }

    private End end(String text, Encoded encoded, int count, int before) {
        Encoded last = encoded.last(count);
        Set<String> strangers = new LinkedHashSet<>();
        int unknown = tokenizer.vocabulary().unknown().orElse(-1);
        for (int i = 0; i < last.length(); i++) {
            if (last.ids()[i] == unknown) {
                Span place = last.spans().get(i);
                strangers.add(text.substring(place.start(), place.end()));
            }
        }
        Encoded read = new Encoded(
                last.ids(), last.tokens(), last.shown(), last.spans(), List.copyOf(strangers), last.endsInSpace());
        return new End(read, before + encoded.length() - last.length());
    }
}
