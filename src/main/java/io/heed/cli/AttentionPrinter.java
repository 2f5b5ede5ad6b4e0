package io.heed.cli;

import io.heed.inspect.ActivationPatching;
import io.heed.inspect.Evidence;
import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.HeadsThen;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Links;
import io.heed.inspect.LogitAttribution;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.Style;
import io.heed.inspect.pictures.TerminalMap;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what {@code heed attention} found out, for people and for programs. */
final class AttentionPrinter {

    private static final int LINKS_PER_HEAD = 3;
    private static final int PARTS = 5;
    private static final int COLUMNS = 120;

    private final PrintWriter out;

    AttentionPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(AttentionReport report, MapChoice map, Style style) {
        heads(report);
        if (map.chosen()) {
            out.println();
            out.print(TerminalMap.of(
                    report.recording(), map.layer(report.recording()), map.head(), COLUMNS, colours(), style));
        }
        if (report.evidence() != null) {
            out.println();
            evidence(report.evidence(), report.recording());
        }
        if (report.patching() != null) {
            out.println();
            patching(report.patching());
        }
        if (!report.history().isEmpty()) {
            out.println();
            history(report.history());
        }
    }

    static TerminalMap.Colours colours() {
        if (!Terminal.colours()) {
            return TerminalMap.Colours.PLAIN;
        }
        String depth = String.valueOf(System.getenv("COLORTERM"));
        return depth.equals("truecolor") || depth.equals("24bit")
                ? TerminalMap.Colours.FULL
                : TerminalMap.Colours.PALETTE;
    }

    private void heads(AttentionReport report) {
        Recording maps = report.recording();
        out.println(Terminal.faint("each head: what it does, and who reads → who is read, its strongest links"));
        for (HeadCard card : report.cards()) {
            out.printf(
                    "%s   %s%n",
                    Terminal.bold("layer %d, head %d".formatted(card.layer(), card.head())), card.sentence());
            out.println("                  " + links(maps, card.layer(), card.head()));
        }
    }

    private static String links(Recording maps, int layer, int head) {
        return Links.strongest(maps, layer, head, LINKS_PER_HEAD).stream()
                .map(link -> "%s → %s %s"
                        .formatted(
                                token(maps, link.query()),
                                Terminal.bold(token(maps, link.key())),
                                Terminal.blue(number("%.2f", link.weight()))))
                .collect(Collectors.joining("   "));
    }

    private static String token(Recording maps, int index) {
        return Terminal.shown(maps.encoded().tokens().get(index));
    }

    private void evidence(Evidence evidence, Recording recording) {
        out.printf(
                "next: %s %s, on evidence:%n",
                Terminal.bold(Terminal.shown(evidence.token())), number("%.4f", evidence.probability()));
        String lost = evidence.ablations().stream()
                .sorted(Comparator.comparingDouble(HeadAblation::zero))
                .limit(PARTS)
                .map(each -> "layer %d, head %d %s".formatted(each.layer(), each.head(), number("%+.2f", each.zero())))
                .collect(Collectors.joining("   "));
        out.println("  without a head, ln p changes by      " + lost);
        String written = evidence.attribution().parts().stream()
                .sorted(Comparator.comparingDouble((LogitAttribution.Part part) -> -Math.abs(part.logit())))
                .limit(PARTS)
                .map(part -> name(part) + " " + number("%+.2f", part.logit()))
                .collect(Collectors.joining("   "));
        out.printf(
                "  the logit %s was written by       %s%n",
                number("%.2f", evidence.attribution().logit()), written);
        int last = recording.length() - 1;
        String lens = evidence.lens().stream()
                .map(layer -> (layer.layer() < 0 ? "embeddings " : "layer " + layer.layer() + " ") + first(layer, last))
                .collect(Collectors.joining("   "));
        out.println("  it would have said after             " + lens);
    }

    private static String first(LensLayer layer, int position) {
        LensLayer.Guess guess = layer.positions().get(position).get(0);
        return Terminal.shown(guess.token()) + " " + number("%.2f", guess.probability());
    }

    private static String name(LogitAttribution.Part part) {
        String place = part.layer() < 0 ? "" : "layer " + part.layer() + ", ";
        return place + (part.head() < 0 ? part.name() : "head " + part.head());
    }

    private void patching(ActivationPatching patching) {
        out.println("the share of the way back to the first text's word, its residual stream put into the other's:");
        List<String> tokens = patching.clean().tokens();
        for (int layer = 0; layer < patching.recovered().length; layer++) {
            StringBuilder line = new StringBuilder("  input of layer " + layer + "  ");
            for (int position = 0; position < tokens.size(); position++) {
                double share = patching.recovered()[layer][position];
                if (Math.abs(share) >= 0.05) {
                    line.append(Terminal.shown(tokens.get(position)))
                            .append(' ')
                            .append(Terminal.blue(number("%.2f", share)))
                            .append("   ");
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private void history(List<HeadsThen> history) {
        for (HeadsThen then : history) {
            out.println(Terminal.bold("after %d steps".formatted(then.step())));
            for (HeadCard card : then.cards()) {
                out.printf("  layer %d, head %d   %s%n", card.layer(), card.head(), card.sentence());
            }
        }
    }

    /** Tells which files were written. */
    void files(int texts, List<Path> files, boolean json) {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("texts", texts);
            result.put("files", files.stream().map(Path::toString).toList());
            out.println(Json.line(result));
        } else if (!files.isEmpty()) {
            out.printf("wrote %d files, %s first%n", files.size(), files.get(0));
        }
    }

    void json(AttentionReport report, List<Path> files) {
        Recording maps = report.recording();
        List<Links.Link> links = new ArrayList<>();
        for (HeadCard card : report.cards()) {
            links.addAll(Links.strongest(maps, card.layer(), card.head(), LINKS_PER_HEAD));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", maps.text());
        result.put("tokens", maps.encoded().tokens());
        result.put("strongest_links", links);
        result.put("heads", cards(report.cards()));
        if (report.evidence() != null) {
            result.put("evidence", report.evidence());
        }
        if (report.patching() != null) {
            result.put("recovered_by_patching", report.patching().recovered());
        }
        if (!report.history().isEmpty()) {
            result.put(
                    "over_training",
                    report.history().stream()
                            .map(then -> Map.of("step", then.step(), "heads", cards(then.cards())))
                            .toList());
        }
        result.put("files", files.stream().map(Path::toString).toList());
        out.println(Json.line(result));
    }

    /** JSON has no NaN: figures of what does not occur are left out. */
    private static List<HeadCard> cards(List<HeadCard> cards) {
        return cards.stream()
                .map(card -> {
                    Map<String, Double> known = new LinkedHashMap<>(card.measures());
                    known.values().removeIf(value -> value.isNaN());
                    return new HeadCard(card.layer(), card.head(), card.sentence(), known);
                })
                .toList();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
