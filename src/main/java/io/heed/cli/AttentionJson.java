package io.heed.cli;

import io.heed.inspect.ActivationPatching;
import io.heed.inspect.HeadCard;
import io.heed.inspect.HeadSummary;
import io.heed.inspect.Links;
import io.heed.inspect.files.HeadTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code heed attention} found out, as one JSON object. */
final class AttentionJson {

    private static final int LINKS_PER_HEAD = 3;

    private AttentionJson() {}

    /** Of a text. */
    static String of(AttentionReport report, List<Path> files) {
        var maps = report.recording();
        List<Links.Link> links = new ArrayList<>();
        for (HeadCard card : report.cards()) {
            links.addAll(Links.strongest(maps, card.layer(), card.head(), LINKS_PER_HEAD));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", maps.text());
        result.put("tokens", maps.encoded().tokens());
        result.put("next", report.answers().get(0).next());
        result.put("strongest_links", links);
        result.put("heads", report.heads().stream().map(HeadTable::json).toList());
        if (report.evidence() != null) {
            result.put("evidence", report.evidence());
        }
        ActivationPatching patching = report.patching();
        if (patching != null) {
            AttentionReport.Answer other = report.answers().get(1);
            result.put(
                    "compared_with",
                    Map.of("text", other.text(), "tokens", patching.corrupted().tokens(), "next", other.next()));
            result.put("recovered_by_patching", patching.recovered());
            result.put("recovered_by_head", patching.byHead());
        }
        if (!report.history().isEmpty()) {
            result.put(
                    "over_training",
                    report.history().stream()
                            .map(then -> Map.of("step", then.step(), "heads", cards(then.cards())))
                            .toList());
        }
        result.put("files", files.stream().map(Path::toString).toList());
        return Json.line(result);
    }

    /** Of the dump of several texts. */
    static String of(int texts, List<HeadSummary> heads, List<Path> files) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("texts", texts);
        result.put("heads", heads.stream().map(HeadTable::json).toList());
        result.put("files", files.stream().map(Path::toString).toList());
        return Json.line(result);
    }

    /** JSON has no NaN: figures of what does not occur are left out. */
    private static List<HeadCard> cards(List<HeadCard> cards) {
        return cards.stream()
                .map(card -> {
                    Map<String, Double> known = new LinkedHashMap<>(card.measures());
                    known.values().removeIf(value -> value.isNaN());
                    return new HeadCard(card.layer(), card.head(), card.sentence(), card.elsewhere(), known);
                })
                .toList();
    }
}
