package io.heed.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.inspect.page.PageParts;
import io.heed.inspect.page.ScriptBundle;
import io.heed.text.Visible;
import java.nio.file.Path;

/** A run's kept events as one self-contained page, which shows what the page of a running trainer shows and loads nothing. */
public final class TrainingPage {

    private static final String FOLDER = "/io/heed/watch/";

    private TrainingPage() {}

    /**
     * Writes the page into a file.
     *
     * @param name what the run is called
     * @param events the lines of {@code training/frames.jsonl}, in UTF-8
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, String name, byte[] events) {
        String style = PageParts.style("page.css", "first.css", FOLDER + "watch.css");
        String script = ScriptBundle.of(TrainingPage.class, "offline.js");
        String[] frame = PageParts.frame(FOLDER + "training.html", style, script);
        String title = PageParts.escaped("How %s learned".formatted(Visible.text(name)));
        byte[] start =
                frame[0].replace("{{body}}", body()).replace("{{title}}", title).getBytes(UTF_8);
        byte[] packed = PageParts.packedElement("events", events);
        AtomicFile.write(file, out -> {
            out.write(start);
            out.write(packed);
            out.write(frame[1].getBytes(UTF_8));
        });
    }

    /** What stands in the body of the live page. */
    private static String body() {
        String page = PageParts.resource(FOLDER + "watch.html");
        return page.substring(page.indexOf("<body>") + "<body>".length(), page.indexOf("</body>"))
                .strip();
    }
}
