package io.heed.inspect.circuit.known;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import java.io.IOException;
import java.util.Locale;

/** Trains and writes the models whose circuits are known; an argument is a pattern of their names. */
public final class KnownCircuits {

    private KnownCircuits() {}

    public static void main(String[] arguments) throws IOException {
        for (KnownModel known : KnownModel.all()) {
            if (arguments.length > 0 && !known.name().matches(arguments[0])) {
                continue;
            }
            try (LanguageModel model = MaskedTraining.train(known)) {
                double accuracy = known.accuracy(model);
                System.out.printf(Locale.ROOT, "%s answers %.1f %%%n", known.name(), 100 * accuracy);
                if (accuracy < KnownModel.SOLVED) {
                    throw new HeedException(
                            "%s answers only %.1f %%; try another seed".formatted(known.name(), 100 * accuracy));
                }
                known.write(model);
            }
        }
    }
}
