package io.heed.cli;

import io.heed.inspect.ActivationPatching;
import io.heed.inspect.Evidence;
import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.HeadSummary;
import io.heed.inspect.HeadsThen;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Links;
import io.heed.inspect.LogitAttribution;
import io.heed.inspect.MapKind;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.files.HeadTable;
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

    /** Says what each head does. */
    void print(AttentionReport report, boolean table) {
        heads(report);
        if (table) {
            out.println();
            rows(report.heads());
        }
    }

    /** Draws a map. */
    void map(TokenMaps maps, int layer, int head, Style style) {
        out.println();
        if (maps.kind() != MapKind.ATTENTION) {
            out.println(Terminal.bold(maps.title(layer, head)));
        }
        out.print(TerminalMap.of(maps, layer, head, COLUMNS, colours(), style));
    }

    /** Says what the prediction rests on, and what else was found out. */
    void evidence(AttentionReport report) {
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

    /** Says what heads do over several texts. */
    void table(List<HeadSummary> heads) {
        out.println(Terminal.faint("each head over all texts: what it does, and its measures"));
        for (HeadSummary head : heads) {
            out.printf("%s   %s%n", name(head.card()), head.card().sentence());
        }
        out.println();
        rows(heads);
    }

    /** A row a head; the columns are as wide as their names. */
    private void rows(List<HeadSummary> heads) {
        List<String> measures = List.copyOf(heads.get(0).card().measures().keySet());
        List<String> names = measures.stream().map(AttentionPrinter::shortName).toList();
        String titles = names.stream().collect(Collectors.joining("  ", "layer  head   places  ", "  most similar"));
        out.println(Terminal.faint(titles));
        for (HeadSummary head : heads) {
            StringBuilder row = new StringBuilder("%5d  %4d  %7d"
                    .formatted(
                            head.card().layer(),
                            head.card().head(),
                            head.places().get("entropy")));
            for (int i = 0; i < measures.size(); i++) {
                double value = head.card().measures().getOrDefault(measures.get(i), Double.NaN);
                String figure = Double.isNaN(value) ? "–" : number("%.2f", value);
                row.append("  ").append(("%" + names.get(i).length() + "s").formatted(figure));
            }
            HeadSimilarity.Neighbour like = head.neighbour();
            if (like != null) {
                row.append("  layer %d, head %d  ".formatted(like.layer(), like.head()))
                        .append(number("%.2f", like.similarity()));
            }
            out.println(row);
        }
    }

    private static String shortName(String measure) {
        return switch (measure) {
            case "induction_on_random_tokens" -> "on random";
            case "subject_over_a_clause" -> "subject";
            default -> measure.replace("_token", "");
        };
    }

    private static String name(HeadCard card) {
        return Terminal.bold("layer %d, head %d".formatted(card.layer(), card.head()));
    }

    private static TerminalMap.Colours colours() {
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
            out.printf("%s   %s%n", name(card), card.sentence());
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
        return maps.encoded().shown().get(index);
    }

    private void evidence(Evidence evidence, Recording recording) {
        out.printf(
                "next: %s %s, on evidence:%n", Terminal.bold(evidence.shown()), number("%.4f", evidence.probability()));
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
        return guess.shown() + " " + number("%.2f", guess.probability());
    }

    private static String name(LogitAttribution.Part part) {
        String place = part.layer() < 0 ? "" : "layer " + part.layer() + ", ";
        return place + (part.head() < 0 ? part.name() : "head " + part.head());
    }

    private void patching(ActivationPatching patching) {
        out.println("the share of the way back to the first text's word, its residual stream put into the other's:");
        List<String> tokens = patching.clean().shown();
        for (int layer = 0; layer < patching.recovered().length; layer++) {
            StringBuilder line = new StringBuilder("  input of layer " + layer + "  ");
            for (int position = 0; position < tokens.size(); position++) {
                double share = patching.recovered()[layer][position];
                if (Math.abs(share) >= 0.05) {
                    line.append(tokens.get(position))
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
    void files(List<Path> files) {
        if (!files.isEmpty()) {
            out.printf("wrote %d files, %s first%n", files.size(), files.get(0));
        }
    }

    /** Tells of the dump of several texts as one JSON object. */
    void json(int texts, List<HeadSummary> heads, List<Path> files) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("texts", texts);
        result.put("heads", heads.stream().map(HeadTable::json).toList());
        result.put("files", files.stream().map(Path::toString).toList());
        out.println(Json.line(result));
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
        result.put("heads", report.heads().stream().map(HeadTable::json).toList());
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
