package io.heed.serve;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.serve.model.ModelSite;
import java.time.Duration;
import java.util.List;

/** A server of a tiny model, and somebody who asks it. */
public final class Served extends ServedSite {

    public final LanguageModel model;

    public Served(ServeSettings settings) {
        this(settings, TinyModels.words());
    }

    /** @param model the model, which is closed with the server */
    public Served(ServeSettings settings, LanguageModel model) {
        super(settings, new ModelSite(model, "tiny", settings));
        this.model = model;
    }

    /** A server that waits long for its answers, however busy the machine is. */
    public static Served patient() {
        ServeSettings usual = ServeSettings.LOCAL;
        return new Served(new ServeSettings(
                usual.host(), 0, List.of(), null, usual.largestBody(), usual.queue(), Duration.ofMinutes(5)));
    }

    @Override
    public void close() {
        super.close();
        model.close();
    }
}
