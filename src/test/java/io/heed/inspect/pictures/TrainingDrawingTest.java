package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.drawing.ColourMap;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadsThen;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The picture of heads in the course of training. */
class TrainingDrawingTest {

    private static HeadsThen then(int step, double entropy, double induction) {
        Map<HeadMeasure, Double> measures = new EnumMap<>(HeadMeasure.class);
        measures.put(HeadMeasure.ENTROPY, entropy);
        measures.put(HeadMeasure.DISTANCE, 7.25);
        measures.put(HeadMeasure.INDUCTION, induction);
        return new HeadsThen(step, List.of(new HeadCard(2, 1, "Does this.", "", measures)));
    }

    private final String svg = HeatMap.overTraining(
                    List.of(then(10, 1, Double.NaN), then(20, 0.25, Double.NaN)), Style.STANDARD)
            .svg();

    @Test
    void names_heads_and_steps_and_colours_values_as_the_scale_has_them() {
        assertThat(svg).contains("layer 2, head 1", ">10<", ">20<", ">1.00<", ">.25<");
        assertThat(svg)
                .contains("#%06x".formatted(ColourMap.BLUES.rgb(1)), "#%06x".formatted(ColourMap.BLUES.rgb(.25)));
    }

    @Test
    void leaves_out_what_is_no_share_and_what_never_occurs() {
        assertThat(svg).contains("entropy").doesNotContain("distance", "7.25", "induction", "NaN");
    }
}
