package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions as Linux writes them, shortened. */
class ProcessorTest {

    @ParameterizedTest
    @CsvSource({
        "AuthenticAMD, 23, 49, fpu avx2 fma, false, false",
        "AuthenticAMD, 25, 17, fpu avx2 avx512f avx512_bf16, true, true",
        "GenuineIntel, 6, 85, fpu avx2 avx512f avx512_vnni, false, false",
        "GenuineIntel, 6, 143, fpu avx512f amx_bf16 amx_tile, false, true"
    })
    void knows_what_a_processor_can_do(
            String maker, int family, int model, String flags, boolean oneDnn, boolean bfloat16) {
        Processor read = Processor.of(List.of(
                "processor\t: 0",
                "vendor_id\t: " + maker,
                "cpu family\t: " + family,
                "model\t\t: " + model,
                "model name\t: Some Processor: fast",
                "flags\t\t: " + flags,
                "",
                "processor\t: 1",
                "vendor_id\t: another",
                "flags\t\t: amx_bf16 avx512f"));
        assertThat(read.quickerByOneDnn()).isEqualTo(oneDnn);
        assertThat(read.bfloat16()).isEqualTo(bfloat16);
        assertThat(read.name())
                .startsWith("Some Processor: fast, family %d, model %d, features ".formatted(family, model));
    }

    @Test
    void knows_an_arm_processor() {
        Processor read = Processor.of(List.of(
                "processor\t: 0",
                "Features\t: fp asimd i8mm bf16",
                "CPU implementer\t: 0x41",
                "CPU architecture: 8",
                "CPU part\t: 0xd4f"));
        assertThat(read.quickerByOneDnn()).isFalse();
        assertThat(read.bfloat16()).isTrue();
        assertThat(read.name()).startsWith("0x41, family 8, model 0xd4f, features ");
    }

    /** A virtual machine may hide what the same processor can do elsewhere. */
    @Test
    void tells_processors_with_other_features_apart() {
        Processor more = Processor.of(List.of("vendor_id : AuthenticAMD", "flags : avx2 avx512f"));
        Processor less = Processor.of(List.of("vendor_id : AuthenticAMD", "flags : avx2"));
        assertThat(more.name()).isNotEqualTo(less.name());
    }
}
