package io.heed.text.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.heed.HeedException;
import io.heed.text.Chars;
import io.heed.text.Visible;
import io.heed.text.WhiteSpace;
import io.heed.text.tokenizer.Encoded.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cuts text into tokens and puts it together again, as a {@code tokenizer.json} says. May be used by several threads at once. */
public final class Tokenizer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What may stand before any part of a text: a line. */
    private static final String FRONT = "x\n";

    private final String json;
    private final HuggingFaceTokenizer tokenizer;
    private final Map<Integer, String> tokens; // not a list: one id may be far above the others
    private final Map<String, Integer> ids = new HashMap<>();
    private final int size; // tokens with larger ids are refused where a text has them
    private final int unknown;
    private final @Nullable TokenizerType cut;
    private final List<String> special = new ArrayList<>();
    private final Set<Integer> marks = new LinkedHashSet<>();
    private final boolean bytes;
    private final SpecialIds said;
    private final Set<Integer> ends;
    private final boolean ofIds;
    private final Template template;
    private final Template sentence; // as that, and an end

    private Tokenizer(String json, HuggingFaceTokenizer tokenizer, JsonNode root, SpecialIds said, boolean ofIds) {
        this.json = json;
        this.tokenizer = tokenizer;
        this.ofIds = ofIds;
        tokens = tokens(root);
        tokens.forEach((id, token) -> ids.merge(token, id, Math::max));
        size = tokens.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
        for (JsonNode added : root.path("added_tokens")) {
            special.add(added.path("content").asString());
            if (added.path("special").asBoolean(false)) {
                marks.add(added.path("id").asInt());
            }
        }
        cut = TokenizerBuilder.typeOf(root);
        bytes = root.path("decoder").findValuesAsString("type").contains("ByteLevel");
        JsonNode unknown = root.path("model").path("unk_id"); // so where tokens have scores
        this.unknown = unknown.isInt()
                ? unknown.intValue()
                : ids.getOrDefault(root.path("model").path("unk_token").asString(""), -1);
        this.said = said;
        ends = new LinkedHashSet<>(said.ends());
        if (ends.isEmpty()) {
            Stream.of(TokenizerBuilder.END, TokenizerBuilder.END_OF_TEXT)
                    .flatMapToInt(mark -> id(mark).stream())
                    .filter(id -> id < said.rows())
                    .forEach(ends::add);
        }
        template = Template.of(root.path("post_processor"));
        sentence = template.endingIn(ends);
    }

    /** One that another becomes for a model of fewer tokens. */
    private Tokenizer(Tokenizer whole, int size) {
        json = whole.json;
        tokenizer = whole.tokenizer;
        ofIds = whole.ofIds;
        tokens = whole.tokens;
        whole.ids.forEach((token, id) -> {
            if (id < size) {
                ids.put(token, id);
            }
        });
        this.size = size;
        special.addAll(whole.special);
        whole.marks.stream().filter(id -> id < size).forEach(marks::add);
        cut = null; // what cuts without the library does not look for tokens that are refused
        bytes = whole.bytes;
        unknown = whole.unknown;
        said = whole.said;
        ends = whole.ends;
        template = whole.template;
        sentence = whole.sentence;
    }

    /**
     * Returns what reads texts for a model of fewer tokens: a text is refused where it has one that the model does not know. It takes the
     * place of this tokenizer, so that only one of both is to be closed.
     *
     * @param vocabulary how many tokens the model knows, the first of them
     */
    public Tokenizer limitedTo(int vocabulary) {
        return vocabulary < size ? new Tokenizer(this, vocabulary) : this;
    }

    /** The tokens that are refused where a text has them, in the order of their ids. */
    public List<String> refused() {
        return tokens.entrySet().stream()
                .filter(entry -> entry.getKey() >= size)
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private long[] known(long[] ids) {
        for (long id : ids) {
            if (id >= size) {
                throw new HeedException(
                        "the text has \"%s\", token %d of the tokenizer, and the model knows the tokens 0 to %d; leave it out"
                                .formatted(Visible.token(tokens.getOrDefault((int) id, "")), id, size - 1));
            }
        }
        return ids;
    }

    /**
     * Creates the tokenizer that a tokenizer.json describes.
     *
     * @param where the file's name, for messages
     * @throws HeedException if it is not one
     */
    public static Tokenizer of(String json, String where) {
        return of(json, where, SpecialIds.NONE);
    }

    /**
     * Creates the tokenizer that a tokenizer.json describes.
     *
     * @param where the file's name, for messages
     * @param ids what the files of the model it belongs to say of where texts begin and end
     * @throws HeedException if it is not one
     */
    public static Tokenizer of(String json, String where, SpecialIds ids) {
        return of(TokenizerJson.of(json, where), ids, false);
    }

    /**
     * Creates a tokenizer for a model that has none: each id is spelled as a number.
     *
     * @param ids how many ids there are, and which end a text
     */
    public static Tokenizer ofIds(SpecialIds ids) {
        return of(TokenizerJson.of(TokenizerBuilder.ofIds(ids.rows()), "the list of ids"), ids, true);
    }

    /**
     * Creates the tokenizer that a tokenizer.json describes.
     *
     * @param ids what the files of the model it belongs to say of where texts begin and end
     * @throws HeedException if the library does not take it for one
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
     * @throws HeedException if it is missing, or is none
     */
    public static Tokenizer load(Path file) {
        return of(TokenizerJson.read(file), SpecialIds.NONE);
    }

    private static Map<Integer, String> tokens(JsonNode root) {
        Map<Integer, String> tokens = new HashMap<>();
        JsonNode vocabulary = root.path("model").path("vocab");
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
            put(tokens, entry.getValue().asInt(), entry.getKey());
        }
        for (JsonNode scored : vocabulary.isArray() ? vocabulary : List.<JsonNode>of()) { // each token with its score
            put(tokens, tokens.size(), scored.path(0).asString());
        }
        for (JsonNode added : root.path("added_tokens")) {
            put(tokens, added.path("id").asInt(), added.path("content").asString());
        }
        return tokens;
    }

    private static void put(Map<Integer, String> tokens, int id, String token) {
        if (id < 0 || id > TokenizerShape.MOST_TOKENS) {
            throw new IllegalArgumentException("the id of \"%s\" is %d".formatted(token, id));
        }
        tokens.put(id, token);
    }

    /** Cuts a text, a sentence start before it where the tokenizer has one. */
    public Encoded encode(String text) {
        if (ofIds) {
            throw new HeedException(
                    "the model has no tokenizer.json, nor vocab.json and merges.txt, so it reads ids alone; heed predict and heed attention take them as in --ids 1,5,9");
        }
        Encoding encoding = tokenizer.encode(text);
        long[] ids = known(encoding.getIds());
        CharSpan[] spans = encoding.getCharTokenSpans();
        List<Span> places = new ArrayList<>(ids.length);
        Set<String> strangers = new LinkedHashSet<>();
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
                ids, spelled, shown(ids), List.copyOf(places), List.copyOf(strangers), losesLastSpace(text, ids));
    }

    /** Whether white space ends a text and not what its tokens spell. */
    private boolean losesLastSpace(String text, long[] ids) {
        if (text.isEmpty() || !WhiteSpace.isUnicode(text.charAt(text.length() - 1))) {
            return false;
        }
        String spelled = new Detokenizer(this, ids).before();
        return !spelled.isEmpty() && !WhiteSpace.isUnicode(spelled.charAt(spelled.length() - 1));
    }

    /** Takes ids as they are, from 0 on. */
    public Encoded encoded(long[] ids) {
        List<String> spelled =
                Arrays.stream(ids).mapToObj(id -> token((int) id)).toList();
        return new Encoded(ids, spelled, shown(ids), Collections.nCopies(ids.length, new Span(0, 0)), List.of());
    }

    private List<String> shown(long[] ids) {
        return Arrays.stream(ids).mapToObj(id -> shown((int) id)).toList();
    }

    /** Whether it stands in for a tokenizer that is not there. */
    public boolean isOfIds() {
        return ofIds;
    }

    /** The library counts code points; we count chars. */
    private static Span span(Chars chars, @Nullable CharSpan span) {
        if (span == null || span.getStart() < 0 || span.getStart() == span.getEnd()) {
            return new Span(0, 0);
        }
        return new Span(chars.index(span.getStart()), chars.index(span.getEnd()));
    }

    /** Cuts many texts, each as {@link #encode} does, into ids. */
    public List<long[]> encodeAll(List<String> texts) {
        List<long[]> all = new ArrayList<>(texts.size());
        if (!texts.isEmpty()) {
            for (Encoding encoding : tokenizer.batchEncode(texts)) {
                all.add(known(encoding.getIds()));
            }
        }
        return all;
    }

    /**
     * Cuts sentences into ids, each as {@link #encode} does, with an end mark behind it where the tokenizer has one and puts none there
     * itself.
     */
    public List<long[]> encodeSentences(List<String> sentences) {
        List<long[]> all = encodeAll(sentences);
        int added = addedEnds();
        if (added > 0) {
            long end = sentence.after()[sentence.after().length - 1];
            all.replaceAll(ids -> {
                long[] marked = Arrays.copyOf(ids, ids.length + added);
                marked[ids.length] = end;
                return marked;
            });
        }
        return all;
    }

    /** What stands around a sentence that is learnt or scored, as {@link #encodeSentences} puts it there. */
    public Template sentence() {
        known(sentence.before());
        known(sentence.after());
        return sentence;
    }

    /** How many marks {@link #encodeSentences} puts behind what {@link #encode} gives, none or one. */
    public int addedEnds() {
        return sentence.length() - template.length();
    }

    /** How many marks {@link #encode} puts around every text. */
    public int marksAround() {
        return template.length();
    }

    /** Where the first token of a text that has one ends, in chars. */
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
        return cut == TokenizerType.CHARACTER && special.stream().noneMatch(text::contains);
    }

    /** Cuts a long text, or its first part, into ids, with no mark before or after it. */
    public long[] encodeStream(String text) {
        if (cutsPlainCharacters(text)) { // forty times as quick as through the library, and the same
            return text.codePoints()
                    .mapToLong(c -> ids.getOrDefault(Character.toString(c), unknown))
                    .toArray();
        }
        return known(tokenizer.encode(text, false, false).getIds());
    }

    /**
     * Cuts a later part of a long text into ids. What a tokenizer does at the beginning of a text, such as to put a space before it, it
     * does not do here: something is cut in front of the part, and its tokens are left out.
     */
    public long[] encodeLaterPart(String text) {
        if (cutsPlainCharacters(text)) {
            return encodeStream(text);
        }
        long[] front = encodeStream(FRONT);
        long[] all = encodeStream(FRONT + text);
        int mismatch = Arrays.mismatch(front, all);
        boolean begins = mismatch < 0 || mismatch == front.length; // not where a token reaches over
        return begins ? Arrays.copyOfRange(all, front.length, all.length) : encodeStream(text);
    }

    /** Returns what cuts UTF-8 as {@link #encodeStream} does, without the library where that is the same. */
    public TextEncoder encoder() {
        TextEncoder.ByLibrary library = new TextEncoder.ByLibrary(this::encodeStream, this::encodeLaterPart);
        if (cut == TokenizerType.CHARACTER) {
            return new TextEncoder.OfCharacters(ids, unknown, special, library);
        }
        if (cut == TokenizerType.WORD) {
            return new TextEncoder.OfWords(ids, unknown, this::encodeStream);
        }
        BpeEncoder pairs = bytes && refused().isEmpty() ? BpeEncoder.of(JSON.readTree(json), ids, library) : null;
        return pairs == null ? library : pairs;
    }

    /** Whether a token that is looked for before words are cut may reach over the end of one. */
    boolean hasMarksWithSpaces() {
        return special.stream().anyMatch(token -> token.codePoints().anyMatch(WhiteSpace::isUnicode));
    }

    /** Puts tokens together into text, without those that mark the start and end of sentences. */
    public String decode(long[] ids) {
        return ids.length == 0 ? "" : tokenizer.decode(ids, true);
    }

    /** Whether the vocabulary has a token of this id; a model may have more rows than that. */
    public boolean hasToken(int id) {
        return tokens.containsKey(id);
    }

    /** Puts tokens together into text, marks as they are spelled. */
    String decodeAll(long[] ids) {
        return ids.length == 0 ? "" : tokenizer.decode(ids, false);
    }

    /** The token of an id, as the vocabulary spells it; {@code <id 303>} where the vocabulary has none. */
    public String token(int id) {
        String token = tokens.get(id);
        return token == null ? "<id %d>".formatted(id) : token;
    }

    /**
     * The token of an id as people see it ({@link Visible#token}): the text that it stands for, where the vocabulary spells bytes, with
     * {@code <0xE4>} for a byte that is part of a character.
     */
    public String shown(int id) {
        String token = token(id);
        return Visible.token(bytes && hasToken(id) && !special.contains(token) ? ByteAlphabet.text(token) : token);
    }

    /** The number of tokens that texts may have: the largest id and one. */
    public int size() {
        return size;
    }

    /** The id of a token, where the vocabulary has it. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id that words get that the vocabulary does not have, where there is one. */
    public OptionalInt unknown() {
        return unknown < 0 ? OptionalInt.empty() : OptionalInt.of(unknown);
    }

    /** The ids that {@link #encode} puts in front of every text. */
    public long[] beginning() {
        return template.before().clone();
    }

    /** The first of the ids that are put in front of every text, where there is one. */
    public OptionalInt sentenceStart() {
        return Arrays.stream(template.before()).mapToInt(Math::toIntExact).findFirst();
    }

    /** The id that ends a sentence, the first of those that end a text, where there is one. */
    public OptionalInt sentenceEnd() {
        return ends.stream().mapToInt(Integer::intValue).findFirst();
    }

    /**
     * The ids that end a text: those that the model's files name, or, where they name none, a token that is called {@code [EOS]} or
     * {@code <|endoftext|>}.
     */
    public Set<Integer> ends() {
        return Collections.unmodifiableSet(ends);
    }

    /** What the files of a model with this tokenizer are to say of where texts begin and end: what they said where it was read. */
    public SpecialIds specialIds() {
        OptionalInt start = sentenceStart();
        return said.written(
                start.isPresent()
                        ? start
                        : sentenceEnd(), // as in GPT-2, whose one mark ends a text and begins the next
                List.copyOf(ends));
    }

    /** The number of bytes of text that a token stands for, as the vocabulary spells it; 0 for a mark or an id without a token. */
    public int bytes(int id) {
        if (marks.contains(id) || !hasToken(id)) {
            return 0;
        }
        return bytes ? ByteAlphabet.bytes(token(id)) : token(id).getBytes(StandardCharsets.UTF_8).length;
    }

    /** The ids of marks, which stand for no text of their own: for the start or end of a sentence, or for an unknown word. */
    public Set<Integer> marks() {
        return Collections.unmodifiableSet(marks);
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
