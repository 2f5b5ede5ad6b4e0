package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.lesson.ExampleLesson;
import io.heed.model.Trace.Step;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Attention maps as one self-contained page: it holds style, script and numbers, and its content security policy lets it load
 * nothing.
 */
public final class AttentionPage {

    private static final int BUFFER = 1 << 16;

    private AttentionPage() {}

    /**
     * Writes the page into a file.
     *
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, PageContent content) {
        AtomicFile.write(file, out -> writeTo(out, content));
    }

    /** Writes the page as UTF-8. The stream stays open. */
    static void writeTo(OutputStream stream, PageContent content) throws IOException {
        String script = ScriptBundle.of(AttentionPage.class, "attention.js");
        String[] frame = PageParts.frame("page.html", PageParts.style("page.css", "first.css", "steps.css"), script);
        PageFit fit = PageFit.of(content);
        OutputStream out = new BufferedOutputStream(stream, BUFFER);
        out.write(frame[0].getBytes(UTF_8));
        PageNumbers.write(out, fit);
        for (int i = 0; i < fit.recordings().size(); i++) {
            json(out, "recording-" + i, fit.recordings().get(i).facts());
        }
        if (content.comparison() != null && fit.recordings().size() > 1) {
            json(out, "compared-texts", Json.ascii(content.comparison()).replace("<", "\\u003c"));
        }
        json(out, "facts", PageFacts.json(Page.of(content.model(), fit)));
        out.write((workedExample() + "\n" + frame[1]).getBytes(UTF_8));
        out.flush();
    }

    private static void json(OutputStream out, String id, String json) throws IOException {
        out.write((PageParts.element(id, json) + "\n").getBytes(UTF_8));
    }

    /** Returns the element with the numbers of {@link ExampleLesson}, from which the pages' script makes an exercise. */
    public static String workedExample() {
        return PageParts.element("worked-example", PageFacts.json(ExampleLesson.steps()));
    }

    /** A page's facts about itself, as its script reads them. */
    private record Page(
            String model,
            int bits,
            boolean scores,
            boolean queriesAndKeys,
            boolean values,
            boolean streams,
            int recordings,
            List<String> leftOut) {

        static Page of(String model, PageFit fit) {
            return new Page(
                    model,
                    8 * fit.precision().bytes(),
                    fit.steps().contains(Step.UNMASKED_SCORES),
                    fit.steps().contains(Step.QUERY),
                    fit.steps().contains(Step.VALUE),
                    fit.steps().containsAll(PageFit.STREAMS),
                    fit.recordings().size(),
                    fit.leftOut());
        }
    }
}
