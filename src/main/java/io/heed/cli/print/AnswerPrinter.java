package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.inspect.Links;
import io.heed.inspect.Links.Link;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.ActivationPatching.Carrier;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.HeadAblation;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.evidence.LogitAttribution;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCard;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what comes next in a text, which heads that depends on, and where another text differs. */
public final class AnswerPrinter {

    private static final int HEADS = 5;
    private static final int PARTS = 5;
    private static final int LONGEST_TEXT = 72;

    /** The smallest change of a log-probability, in nats, with which a head matters. */
    private static final double MATTERS = 0.05;

    /** The smallest share of the way with which something carries a difference. */
    private static final double CARRIES = 0.05;

    private final PrintWriter out;

    public AnswerPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints the whole report. */
    public void print(AttentionReport report) {
        report.answers().forEach(this::next);
        ActivationPatching patching = report.patching();
        if (patching != null) {
            out.println();
            parting(report, patching);
        }
        out.println();
        Evidence evidence = report.evidence();
        if (evidence == null) {
            readings(report);
        } else {
            heads(report, evidence);
            origin(evidence, report.recording().length() - 1);
        }
    }

    private void next(AttentionReport.Answer answer) {
        String text = Visible.text(answer.text());
        String shown = text.length() > LONGEST_TEXT ? "… " + text.substring(text.length() - LONGEST_TEXT) : text;
        String words = answer.next().stream().map(this::guess).collect(Collectors.joining("   "));
        out.println(Terminal.faint(shown + " …") + "  next: " + words);
    }

    private String guess(LensLayer.Guess guess) {
        return Terminal.bold(guess.shown()) + " " + number("%.4f", guess.probability());
    }

    /** Prints the heads that the answer depends on, the most important first. */
    private void heads(AttentionReport report, Evidence evidence) {
        List<HeadAblation> mattering = evidence.ablations().stream()
                .filter(each -> Math.abs(each.zero()) >= MATTERS)
                .sorted(Comparator.comparingDouble(each -> -Math.abs(each.zero())))
                .limit(HEADS)
                .toList();
        int others = evidence.ablations().size() - mattering.size();
        String answer = Terminal.bold(evidence.shown());
        if (mattering.isEmpty()) {
            out.printf("ablating any one head changes ln p of %s by less than %.2f%n", answer, MATTERS);
            return;
        }
        out.printf("ablating a head changes ln p of %s by%n", answer);
        for (HeadAblation each : mattering) {
            head(report, each.layer(), each.head(), number("%+7.2f", each.zero()));
        }
        double rest = evidence.ablations().stream()
                .filter(each -> !mattering.contains(each))
                .mapToDouble(each -> Math.abs(each.zero()))
                .max()
                .orElse(0);
        if (others > 0) {
            out.printf(
                    Locale.ROOT,
                    "  %s changes it by at most %.2f%n",
                    others == 1 ? "the other head" : "each of the other %d heads".formatted(others),
                    rest);
        }
    }

    /** Prints, for a report without evidence, the heads that read one word most. */
    private void readings(AttentionReport report) {
        Recording maps = report.recording();
        int first = maps.startsWithMark() ? 1 : 0;
        out.println("what the heads read most before the next word");
        Links.readBy(maps, maps.length() - 1).stream()
                .filter(link -> link.key() >= first)
                .sorted(Comparator.comparingDouble(Link::weight).reversed())
                .limit(HEADS)
                .forEach(link -> head(report, link.layer(), link.head(), ""));
    }

    private void head(AttentionReport report, int layer, int head, String figure) {
        Recording maps = report.recording();
        HeadCard card = report.cards().get(layer * maps.heads() + head);
        Link link = Links.readBy(maps, maps.length() - 1).get(layer * maps.heads() + head);
        out.println("  " + name(card) + "  " + figure + "   " + link(maps.encoded(), link));
        sentences(card, "      ");
    }

    /** Prints what a head does in this text and, if known, elsewhere. */
    void sentences(HeadCard card, String indent) {
        out.println(indent + Terminal.faint("here       ") + card.sentence());
        if (!card.elsewhere().isEmpty()) {
            out.println(indent + Terminal.faint("elsewhere  ") + card.elsewhere());
        }
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

    /** Returns who reads whom, and how much. */
    static String link(Encoded text, Link link) {
        return "%s → %s %s"
                .formatted(
                        text.named(link.query()),
                        Terminal.bold(text.named(link.key())),
                        Terminal.blue(number("%.2f", link.weight())));
    }

    /** Prints which parts of the model wrote the answer's logit, and what each layer would have predicted. */
    private void origin(Evidence evidence, int last) {
        String written = evidence.attribution().parts().stream()
                .sorted(Comparator.comparingDouble((LogitAttribution.Part part) -> -Math.abs(part.logit())))
                .limit(PARTS)
                .map(part -> name(part) + " " + number("%+.2f", part.logit()))
                .collect(Collectors.joining("   "));
        out.printf(
                "the logit %s was mostly written by   %s%n",
                number("%.2f", evidence.attribution().logit()), written);
        String lens = evidence.lens().stream()
                .map(layer -> (layer.layer() < 0 ? "embeddings " : "layer " + layer.layer() + " ") + first(layer, last))
                .collect(Collectors.joining("   "));
        out.println("the likeliest word after   " + lens);
    }

    private static String first(LensLayer layer, int position) {
        LensLayer.Guess guess = layer.positions().get(position).get(0);
        return guess.shown() + " " + number("%.2f", guess.probability());
    }

    private static String name(LogitAttribution.Part part) {
        String place = part.layer() < 0 ? "" : "layer " + part.layer() + ", ";
        return place + (part.head() < 0 ? part.name() : "head " + part.head());
    }

    /** Prints where two texts differ, and which head carries the difference to the end. */
    private void parting(AttentionReport report, ActivationPatching patching) {
        String answer = Terminal.bold(report.answers().get(0).next().get(0).shown());
        String other = Terminal.bold(report.answers().get(1).next().get(0).shown());
        String words = patching.differing().stream()
                .map(position -> "%s | %s (%d)"
                        .formatted(
                                patching.clean().shown().get(position),
                                patching.corrupted().shown().get(position),
                                position))
                .collect(Collectors.joining(", "));
        List<Carrier> carriers = patching.carriers().stream()
                .filter(each -> each.share() >= CARRIES)
                .limit(HEADS)
                .toList();
        String by = carriers.isEmpty()
                ? "no single head carries the difference"
                : "%s carries %s of the difference"
                        .formatted(
                                name(carriers.get(0).layer(), carriers.get(0).head()),
                                number("%.2f", carriers.get(0).share()));
        out.printf("the texts differ at %s; %s%n", words, by);
        out.printf(
                "patching part of the first text into the second covers this share of the way from %s to %s:%n",
                other, answer);
        if (!carriers.isEmpty()) {
            out.println("  what a head adds      "
                    + carriers.stream()
                            .map(each ->
                                    "layer %d, head %d ".formatted(each.layer(), each.head()) + share(each.share()))
                            .collect(Collectors.joining("   ")));
        }
        for (int layer = 0; layer < patching.recovered().length; layer++) {
            out.println("  the input of layer " + layer + "  " + shares(patching, layer));
        }
    }

    private static String shares(ActivationPatching patching, int layer) {
        StringBuilder line = new StringBuilder();
        for (int position = 0; position < patching.clean().length(); position++) {
            double share = patching.recovered()[layer][position];
            if (Math.abs(share) >= CARRIES) {
                line.append(line.isEmpty() ? "" : "   ")
                        .append(patching.clean().named(position))
                        .append(' ')
                        .append(share(share));
            }
        }
        return line.toString();
    }

    private static String share(double share) {
        return Terminal.blue(number("%.2f", share));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
