package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.Links;
import io.heed.inspect.Links.Link;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.HeadEffect;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.JointEffect;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.evidence.LogitAttribution;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCard;
import io.heed.model.Head;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what comes next in a text and which heads that depends on. */
public final class AnswerPrinter {

    private static final int HEADS = 5;
    private static final int PARTS = 5;
    private static final int LONGEST_TEXT = 72;
    private static final String BETWEEN = "   ";

    /** The smallest change of a log-probability, in nats, with which a head matters. */
    private static final double MATTERS = 0.05;

    private final PrintWriter out;
    private final int room;

    public AnswerPrinter(PrintWriter out) {
        this(out, Terminal.room());
    }

    /**
     * Prints to a terminal.
     *
     * @param room the columns that a line may take
     */
    AnswerPrinter(PrintWriter out, int room) {
        this.out = out;
        this.room = room;
    }

    /**
     * Prints what comes next, and why.
     *
     * @param evidence whether to print what each of the heads does, too, and where the answer's logit comes from
     */
    public void print(AttentionReport report, boolean evidence) {
        if (report.patching() == null) {
            answer(report.answers().get(0));
        } else {
            new ComparisonPrinter(out, room).print(report, evidence);
        }
        if (report.patching() == null || evidence) {
            out.println();
            heads(report, evidence);
        }
        Evidence found = report.evidence();
        if (evidence && found != null) {
            origin(found, report.recording().length() - 1);
        }
    }

    private void answer(AttentionReport.Answer answer) {
        String text = Visible.text(answer.text());
        int longest = room == Integer.MAX_VALUE ? LONGEST_TEXT : Math.max(LONGEST_TEXT, room);
        String shown = text.length() > longest ? "… " + text.substring(text.length() - longest) : text;
        lines(WrappedText.of(Terminal.faint(shown + " …"), "", room));
        lines(WrappedText.of(guesses("next: ", answer), BETWEEN, "      ", room));
    }

    /** Returns the likeliest next words, each with its probability. */
    static List<String> guesses(String start, AttentionReport.Answer answer) {
        List<String> guesses = new ArrayList<>();
        for (LensLayer.Guess guess : answer.next()) {
            guesses.add((guesses.isEmpty() ? start : "") + guess(guess));
        }
        return guesses;
    }

    private static String guess(LensLayer.Guess guess) {
        return Terminal.bold(guess.shown()) + " " + Rounded.probability(guess.probability());
    }

    private void heads(AttentionReport report, boolean evidence) {
        HeadEffects effects = report.effects();
        List<HeadCard> described = effects == null ? readings(report) : effects(report, effects);
        if (evidence) {
            for (HeadCard card : described) {
                out.println(name(card));
                sentences(card, "  ");
            }
        }
    }

    /** Prints the heads that the answer depends on, the most important first, and returns their cards. */
    private List<HeadCard> effects(AttentionReport report, HeadEffects effects) {
        LensLayer.Guess answer = effects.next().get(0);
        Head strongest = effects.strongest();
        List<HeadEffect> ordered = effects.heads().stream()
                .sorted(Comparator.comparing((HeadEffect effect) -> !isOf(strongest, effect))
                        .thenComparingDouble(effect -> -change(answer, effect)))
                .toList();
        List<HeadEffect> mattering = ordered.stream()
                .filter(effect -> change(answer, effect) >= MATTERS)
                .limit(HEADS)
                .toList();
        TerminalTable table = new TerminalTable("", "<head", "<it reads", ">weight", "~next without it");
        for (HeadEffect effect : mattering) {
            Link link = reading(report.recording(), effect.layer(), effect.head());
            table.row(
                    name(card(report, link.layer(), link.head())),
                    arrow(report.recording().encoded(), link),
                    weight(link.weight()),
                    without(answer, effect.instead(), effect.probability()));
        }
        if (!mattering.isEmpty()) {
            table.print(out, room);
        }
        List<HeadEffect> others =
                ordered.stream().filter(effect -> !mattering.contains(effect)).toList();
        if (!others.isEmpty()) {
            double most = others.stream()
                    .mapToDouble(effect -> Math.abs(effect.probability() - answer.probability()))
                    .max()
                    .orElseThrow();
            String which = mattering.isEmpty()
                    ? "no head alone changes %s by more than %s"
                    : others.size() == 1
                            ? "the other head changes %s by %s"
                            : "each of the other " + others.size() + " heads changes %s by at most %s";
            lines(WrappedText.of(which.formatted(Terminal.bold(answer.shown()), Rounded.of(4, most)), "  ", room));
        }
        together(answer, effects);
        return mattering.stream()
                .map(effect -> card(report, effect.layer(), effect.head()))
                .toList();
    }

    private static double change(LensLayer.Guess answer, HeadEffect effect) {
        return Math.abs(effect.logProbability() - Math.log(answer.probability()));
    }

    private static boolean isOf(Head head, HeadEffect effect) {
        return effect.layer() == head.layer() && effect.head() == head.head();
    }

    /** Prints pairs of heads that change the answer together, though neither does alone. */
    private void together(LensLayer.Guess answer, HeadEffects effects) {
        List<JointEffect> pairs = effects.together();
        for (JointEffect pair : pairs == null ? List.<JointEffect>of() : pairs) {
            String names = pair.heads().stream()
                    .map(head -> name(head.layer(), head.head()))
                    .collect(Collectors.joining(" and "));
            String without = without(answer, pair.instead(), pair.probability());
            lines(WrappedText.of("without both %s: %s".formatted(names, without), "  ", room));
        }
    }

    /** What comes next without heads; where that is another word, the answer after it. */
    private static String without(LensLayer.Guess answer, LensLayer.Guess instead, double probability) {
        return instead.token().equals(answer.token())
                ? guess(instead)
                : guess(instead) + ", " + answer.shown() + " " + Rounded.probability(probability);
    }

    /** Prints, for a report without evidence, the heads that read one word most, and returns their cards. */
    private List<HeadCard> readings(AttentionReport report) {
        Recording maps = report.recording();
        int first = maps.startsWithMark() ? 1 : 0;
        List<Link> links = Links.readBy(maps, maps.length() - 1).stream()
                .filter(link -> link.key() >= first)
                .sorted(Comparator.comparingDouble(Link::weight).reversed())
                .limit(HEADS)
                .toList();
        out.println("what the heads read most before the next word");
        TerminalTable table = new TerminalTable("", "<head", "<it reads", ">weight");
        for (Link link : links) {
            table.row(
                    name(card(report, link.layer(), link.head())), arrow(maps.encoded(), link), weight(link.weight()));
        }
        table.print(out, room);
        return links.stream()
                .map(link -> card(report, link.layer(), link.head()))
                .toList();
    }

    /** Returns what a head reads most before the next word. */
    static Link reading(Recording maps, int layer, int head) {
        return Links.readBy(maps, layer, head, maps.length() - 1);
    }

    private static HeadCard card(AttentionReport report, int layer, int head) {
        return report.cards().get(layer * report.recording().heads() + head);
    }

    /** Prints what a head does in this text and, if known, elsewhere and in a circuit. */
    void sentences(HeadCard card, String indent) {
        sentence(indent, "here       ", card.sentence());
        if (!card.elsewhere().isEmpty()) {
            sentence(indent, "elsewhere  ", card.elsewhere());
        }
        if (!card.circuit().isEmpty()) {
            sentence(indent, "circuit    ", card.circuit());
        }
    }

    private void sentence(String indent, String where, String sentence) {
        lines(WrappedText.of(indent + Terminal.faint(where) + sentence, indent + " ".repeat(where.length()), room));
    }

    /** Returns a head's name, with the key head that it shares. */
    static String name(HeadCard card) {
        return name(card.layer(), card.head(), card.keyHead());
    }

    /** Returns a head's name, with the key head that it shares, if any. */
    static String name(int layer, int head, @Nullable Integer keyHead) {
        return name(layer, head) + (keyHead == null ? "" : Terminal.faint(" (key head %d)".formatted(keyHead)));
    }

    /** Returns a head's name. */
    static String name(int layer, int head) {
        return Terminal.bold("layer %d, head %d".formatted(layer, head));
    }

    /** Returns who reads whom. */
    static String arrow(Encoded text, Link link) {
        return text.named(link.query()) + "→" + Terminal.bold(text.named(link.key()));
    }

    /** Returns a weight or a share. */
    static String weight(double weight) {
        return Terminal.blue(Rounded.of(2, weight));
    }

    /** Prints which parts of the model wrote the answer's logit, and what each layer would have predicted. */
    private void origin(Evidence evidence, int last) {
        List<String> written = evidence.attribution().parts().stream()
                .sorted(Comparator.comparingDouble((LogitAttribution.Part part) -> -Math.abs(part.logit())))
                .limit(PARTS)
                .map(part -> name(part) + " " + Rounded.signed(2, part.logit()))
                .toList();
        listed(
                "the logit %s was mostly written by"
                        .formatted(Rounded.of(2, evidence.attribution().logit())),
                written);
        listed(
                "the likeliest word after",
                evidence.lens().stream().map(layer -> likeliest(layer, last)).toList());
    }

    private static String likeliest(LensLayer layer, int position) {
        LensLayer.Guess guess = layer.positions().get(position).get(0);
        String place = layer.layer() < 0 ? "embeddings" : "layer " + layer.layer();
        return place + " " + guess.shown() + " " + Rounded.of(2, guess.probability());
    }

    private static String name(LogitAttribution.Part part) {
        String place = part.layer() < 0 ? "" : "layer " + part.layer() + ", ";
        return place + (part.head() < 0 ? part.name() : "head " + part.head());
    }

    private void listed(String start, List<String> pieces) {
        List<String> all = new ArrayList<>(List.of(start));
        all.addAll(pieces);
        lines(WrappedText.of(all, BETWEEN, "    ", room));
    }

    private void lines(List<String> lines) {
        lines.forEach(out::println);
    }
}
