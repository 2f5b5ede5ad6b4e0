package io.heed.text.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.heed.HeedException;
import io.heed.Internal;
import io.heed.text.Chars;
import io.heed.text.WhiteSpace;
import io.heed.text.tokenizer.Encoded.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encodes text into tokens and decodes it again, as a {@code tokenizer.json} describes. Thread-safe. */
public final class Tokenizer implements AutoCloseable {

    /** Text that may precede any part of a text: a line. */
    private static final String FRONT = "x\n";

    private final String json;
    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final @Nullable TokenizerType cut;
    private final boolean ofIds;
    private final SentenceMarks sentenceMarks;

    private Tokenizer(String json, HuggingFaceTokenizer tokenizer, JsonNode root, SpecialIds said, boolean ofIds) {
        this.json = json;
        this.tokenizer = tokenizer;
        this.ofIds = ofIds;
        vocabulary = new Vocabulary(root);
        cut = TokenizerBuilder.typeOf(root);
        sentenceMarks = SentenceMarks.of(root.path("post_processor"), said, vocabulary);
    }

    /** Limits another tokenizer to a model with fewer tokens. */
    private Tokenizer(Tokenizer whole, Vocabulary vocabulary) {
        json = whole.json;
        tokenizer = whole.tokenizer;
        ofIds = whole.ofIds;
        this.vocabulary = vocabulary;
        cut = null; // the encoders that work without the library do not look for refused tokens
        sentenceMarks = whole.sentenceMarks;
    }

    /**
     * Returns a tokenizer for a model with fewer tokens: texts with a token that the model does not know are refused. It replaces this
     * tokenizer, so only one of the two must be closed.
     *
     * @param size the number of tokens that the model knows, counted from 0
     */
    @Internal
    public Tokenizer limitedTo(int size) {
        return size < size() ? new Tokenizer(this, vocabulary.limitedTo(size)) : this;
    }

    /**
     * Creates the tokenizer that a tokenizer.json describes.
     *
     * @param where the file's name, for messages
     * @throws HeedException if it is not one
     */
    public static Tokenizer of(String json, String where) {
        return of(TokenizerJson.of(json, where), SpecialIds.NONE);
    }

    /**
     * Creates a tokenizer for a model that has none: each id is spelled as a number.
     *
     * @param ids the number of ids, and which of them end a text
     */
    public static Tokenizer ofIds(SpecialIds ids) {
        return of(TokenizerJson.of(TokenizerBuilder.ofIds(ids.rows()), "the list of ids"), ids, true);
    }

    /**
     * Creates the tokenizer that a tokenizer.json describes.
     *
     * @param ids the special ids of its model
     * @throws HeedException if the library does not accept it
     */
    public static Tokenizer of(TokenizerJson json, SpecialIds ids) {
        return of(json, ids, false);
    }

    private static Tokenizer of(TokenizerJson json, SpecialIds ids, boolean ofIds) {
        try {
            // Without these, the library cuts texts at 512 tokens.
            Map<String, String> options = Map.of("truncation", "false", "padding", "false");
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.text().getBytes(StandardCharsets.UTF_8)), options);
            return new Tokenizer(json.text(), tokenizer, json.root(), ids, ofIds);
        } catch (IOException | RuntimeException e) {
            throw new HeedException("%s is not a tokenizer.json: %s".formatted(json.where(), e.getMessage()), e);
        }
    }

    /**
     * Reads a tokenizer.json.
     *
     * @throws HeedException if it is missing or not a tokenizer.json
     */
    public static Tokenizer load(Path file) {
        return of(TokenizerJson.read(file), SpecialIds.NONE);
    }

    /** Encodes a text, with a start mark if the tokenizer has one. */
    public Encoded encode(String text) {
        requireText();
        Encoding encoding = tokenizer.encode(text);
        long[] ids = vocabulary.known(encoding.getIds());
        CharSpan[] spans = encoding.getCharTokenSpans();
        List<Span> places = new ArrayList<>(ids.length);
        Set<String> strangers = new LinkedHashSet<>();
        int unknown = vocabulary.unknownId();
        Chars chars = new Chars(text);
        for (int i = 0; i < ids.length; i++) {
            Span place = span(chars, spans[i]);
            places.add(place);
            if (ids[i] == unknown) {
                strangers.add(text.substring(place.start(), place.end()));
            }
        }
        List<String> spelled = List.of(encoding.getTokens());
        return new Encoded(
                ids,
                spelled,
                asWritten(shown(ids), spelled, places, text),
                List.copyOf(places),
                List.copyOf(strangers),
                losesLastSpace(text, ids));
    }

    /** Tokens as the text has them where the vocabulary spells them in lower case. */
    private static List<String> asWritten(List<String> shown, List<String> spelled, List<Span> places, String text) {
        List<String> written = new ArrayList<>(shown);
        for (int i = 0; i < written.size(); i++) {
            written.set(i, places.get(i).asWritten(text, spelled.get(i), shown.get(i)));
        }
        return List.copyOf(written);
    }

    /** Whether a text ends in white space but the text of its tokens does not. */
    private boolean losesLastSpace(String text, long[] ids) {
        if (text.isEmpty() || !WhiteSpace.isUnicode(text.charAt(text.length() - 1))) {
            return false;
        }
        String spelled = new Detokenizer(this, ids).before();
        return !spelled.isEmpty() && !WhiteSpace.isUnicode(spelled.charAt(spelled.length() - 1));
    }

    /** Returns ids as encoded text, unchanged. */
    public Encoded encoded(long[] ids) {
        List<String> spelled =
                Arrays.stream(ids).mapToObj(id -> vocabulary.token((int) id)).toList();
        return new Encoded(ids, spelled, shown(ids), Collections.nCopies(ids.length, new Span(0, 0)), List.of());
    }

    private List<String> shown(long[] ids) {
        return Arrays.stream(ids).mapToObj(id -> vocabulary.shown((int) id)).toList();
    }

    /** Whether this is a substitute for a missing tokenizer. */
    @Internal
    public boolean isOfIds() {
        return ofIds;
    }

    /** Converts a span of the library, in code points, to chars. */
    private static Span span(Chars chars, @Nullable CharSpan span) {
        if (span == null || span.getStart() < 0 || span.getStart() == span.getEnd()) {
            return new Span(0, 0);
        }
        return new Span(chars.index(span.getStart()), chars.index(span.getEnd()));
    }

    /** Encodes many texts into ids, each as {@link #encode} does. */
    public List<long[]> encodeAll(List<String> texts) {
        requireText();
        List<long[]> all = new ArrayList<>(texts.size());
        if (!texts.isEmpty()) {
            for (Encoding encoding : tokenizer.batchEncode(texts)) {
                all.add(vocabulary.known(encoding.getIds()));
            }
        }
        return all;
    }

    /**
     * Encodes sentences into ids, each as {@link #encode} does, and adds an end mark if the tokenizer has one but does not add it.
     */
    public List<long[]> encodeSentences(List<String> sentences) {
        List<long[]> all = encodeAll(sentences);
        all.replaceAll(sentenceMarks::ended);
        return all;
    }

    private void requireText() {
        if (ofIds) {
            throw new HeedException(
                    "the model has no tokenizer.json, nor vocab.json and merges.txt, so it reads only ids; give them to heed predict or heed attention, as in --ids 1,5,9");
        }
    }

    /** The marks around a sentence for training and scoring, as {@link #encodeSentences} adds them. */
    public Template sentence() {
        vocabulary.known(sentenceMarks.sentence().before());
        vocabulary.known(sentenceMarks.sentence().after());
        return sentenceMarks.sentence();
    }

    /** Where the first token that is not a mark ends in a text, in chars. */
    @Internal
    public int firstEnd(String text) {
        if (cutsPlainCharacters(text)) {
            return text.offsetByCodePoints(0, 1);
        }
        return encode(text).spans().stream()
                .mapToInt(Span::end)
                .filter(end -> end > 0)
                .findFirst()
                .orElse(text.length());
    }

    private boolean cutsPlainCharacters(String text) {
        return cut == TokenizerType.CHARACTER && vocabulary.added().stream().noneMatch(text::contains);
    }

    /** Encodes a long text, or its first part, into ids without marks. */
    public long[] encodeStream(String text) {
        requireText();
        if (cutsPlainCharacters(text)) { // same result, forty times faster than the library
            int unknown = vocabulary.unknownId();
            return text.codePoints()
                    .mapToLong(c -> vocabulary.ids().getOrDefault(Character.toString(c), unknown))
                    .toArray();
        }
        return vocabulary.known(tokenizer.encode(text, false, false).getIds());
    }

    /**
     * Encodes a later part of a long text into ids, without what a tokenizer does only at the start of a text, such as adding a space:
     * the part is encoded together with other text before it, whose tokens are then dropped.
     */
    @Internal
    public long[] encodeLaterPart(String text) {
        if (cutsPlainCharacters(text)) {
            return encodeStream(text);
        }
        long[] front = encodeStream(FRONT);
        long[] all = encodeStream(FRONT + text);
        int mismatch = Arrays.mismatch(front, all);
        boolean begins = mismatch < 0 || mismatch == front.length; // false if a token crosses into the part
        return begins ? Arrays.copyOfRange(all, front.length, all.length) : encodeStream(text);
    }

    /** Returns an encoder of UTF-8 equivalent to {@link #encodeStream}, without the library if possible. */
    public TextEncoder encoder() {
        TextEncoder.ByLibrary library = new TextEncoder.ByLibrary(this::encodeStream, this::encodeLaterPart);
        if (cut == TokenizerType.CHARACTER) {
            return new TextEncoder.OfCharacters(vocabulary.ids(), vocabulary.unknownId(), vocabulary.added(), library);
        }
        if (cut == TokenizerType.WORD) {
            return new TextEncoder.OfWords(vocabulary.ids(), vocabulary.unknownId(), this::encodeStream);
        }
        BpeEncoder pairs = vocabulary.spellsBytes() && vocabulary.refused().isEmpty()
                ? BpeEncoder.of(JsonMapper.shared().readTree(json), vocabulary.ids(), library)
                : null;
        return pairs == null ? library : pairs;
    }

    /** Decodes tokens into text, without start and end marks. */
    public String decode(long[] ids) {
        return ids.length == 0 ? "" : tokenizer.decode(ids, true);
    }

    /** Decodes tokens into text, with marks as they are spelled. */
    String decodeAll(long[] ids) {
        return ids.length == 0 ? "" : tokenizer.decode(ids, false);
    }

    /** The marks that start and end texts and sentences. */
    public SentenceMarks sentenceMarks() {
        return sentenceMarks;
    }

    /** The vocabulary. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The number of tokens that texts may have: the largest id plus one. */
    public int size() {
        return vocabulary.size();
    }

    /** The tokenizer.json. */
    public String json() {
        return json;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
