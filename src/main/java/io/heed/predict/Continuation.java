package io.heed.predict;

import io.heed.model.Distribution;
import io.heed.predict.Generated.Ending;
import io.heed.text.tokenizer.Detokenizer;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text that is being continued: its tokens, and their text as far as it is certain. */
final class Continuation {

    private final Tokenizer tokenizer;
    private final WritableTokens writable;
    private final Sampling sampling;
    private final GenerationSettings settings;
    private final BitSet seen = new BitSet(); // the tokens in the text
    private final Detokenizer detokenizer;
    private final StringBuilder text = new StringBuilder();
    private int given; // the number of its chars that have been returned
    private final List<GeneratedToken> tokens = new ArrayList<>();
    private @Nullable Ending ending;

    Continuation(
            Tokenizer tokenizer,
            WritableTokens writable,
            Encoded prompt,
            Sampling sampling,
            GenerationSettings settings) {
        this.tokenizer = tokenizer;
        this.writable = writable;
        this.sampling = sampling;
        this.settings = settings;
        for (long id : prompt.ids()) {
            seen.set((int) id);
        }
        detokenizer = new Detokenizer(tokenizer, prompt);
        ending = settings.tokens() == 0 ? Ending.LENGTH : null;
    }

    boolean isDone() {
        return ending != null;
    }

    /**
     * Writes the next token.
     *
     * @param logits (V), changed in place
     * @return the text that has become certain: no half characters, and nothing that may become a stop text
     */
    String write(float[] logits) {
        Distribution distribution = new Distribution(logits);
        NextWords place = NextWords.of(distribution, settings.alternatives(), tokenizer);
        int id = sampling.choose(writable.mask(logits), seen, tokens.size());
        tokens.add(new GeneratedToken(
                tokenizer.vocabulary().token(id),
                id,
                distribution.probability(id),
                place.entropy(),
                place.likeliest()));
        if (writable.ends(id)) {
            ending = Ending.END_OF_TEXT;
            text.append(detokenizer.rest());
            return rest(certain());
        }
        seen.set(id);
        if (tokens.size() == settings.tokens()) {
            ending = Ending.LENGTH;
        }
        text.append(detokenizer.add(id));
        if (ending != null) {
            text.append(detokenizer.rest());
        }
        return rest(certain());
    }

    /** Returns the length of the certain text; ends the continuation at a stop text. */
    private int certain() {
        int longest = 0;
        for (String stop : settings.stops()) {
            int found = text.indexOf(stop, Math.max(0, given - stop.length()));
            if (found >= 0) {
                text.setLength(found);
                ending = Ending.STOP;
            }
            longest = Math.max(longest, stop.length());
        }
        if (ending != null) {
            return text.length();
        }
        for (int from = Math.max(given, text.length() - longest + 1); from < text.length(); from++) {
            String tail = text.substring(from);
            if (settings.stops().stream().anyMatch(stop -> stop.startsWith(tail))) {
                return from;
            }
        }
        return text.length();
    }

    private String rest(int end) {
        String piece = text.substring(Math.min(given, end), end);
        given = Math.max(given, end);
        return piece;
    }

    /** The last token written. */
    GeneratedToken lastToken() {
        return tokens.get(tokens.size() - 1);
    }

    /** Everything written so far. */
    Generated result() {
        return new Generated(text.toString(), tokens, ending == null ? Ending.LENGTH : ending);
    }
}
