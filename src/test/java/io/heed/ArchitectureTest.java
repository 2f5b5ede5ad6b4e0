package io.heed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;

/**
 * Which package may know which: {@code cli → {train, serve → {predict, inspect}, djl → predict} → checkpoint → {model, text} →
 * kernels}, and all of them what stands in {@code io.heed} itself.
 */
@AnalyzeClasses(packages = "io.heed", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule the_root_knows_no_other_package = noClasses()
            .that()
            .resideInAPackage("io.heed")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.*..");

    @ArchTest
    static final ArchRule kernels_know_nobody_above = knowsNothingOf(
            "kernels", "model", "text", "checkpoint", "train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule drawing_knows_nobody = knowsNothingOf(
            "drawing", "kernels", "model", "text", "checkpoint", "train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule only_what_draws_knows_drawing = noClasses()
            .that()
            .resideOutsideOfPackages("io.heed.drawing..", "io.heed.train..", "io.heed.inspect..", "io.heed.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.drawing..");

    @ArchTest
    static final ArchRule training_needs_no_font = noClasses()
            .that()
            .resideInAPackage("io.heed.train..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.heed.drawing.Typeface");

    @ArchTest
    static final ArchRule model_knows_nobody_beside_or_above =
            knowsNothingOf("model", "text", "checkpoint", "train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule text_knows_nobody_beside_or_above =
            knowsNothingOf("text", "model", "checkpoint", "train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule tokenizers_and_corpora_know_no_grammar = noClasses()
            .that()
            .resideInAPackage("io.heed.text")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.text.toy");

    @ArchTest
    static final ArchRule checkpoint_knows_nobody_above =
            knowsNothingOf("checkpoint", "train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule train_knows_nobody_beside_or_above =
            knowsNothingOf("train", "predict", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule predict_knows_nobody_beside_or_above =
            knowsNothingOf("predict", "train", "inspect", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule inspect_knows_nobody_beside_or_above =
            knowsNothingOf("inspect", "train", "predict", "djl", "serve", "cli");

    @ArchTest
    static final ArchRule djl_knows_nobody_beside_predict_or_above =
            knowsNothingOf("djl", "train", "inspect", "serve", "cli");

    @ArchTest
    static final ArchRule serve_knows_nobody_beside_or_above = knowsNothingOf("serve", "train", "djl", "cli");

    @ArchTest
    static final ArchRule only_serve_knows_the_web_server = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.serve")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule what_inspect_computes_knows_neither_pictures_nor_files = noClasses()
            .that()
            .resideInAPackage("io.heed.inspect")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.inspect.*..");

    @ArchTest
    static final ArchRule lessons_know_neither_pictures_nor_files = noClasses()
            .that()
            .resideInAPackage("io.heed.inspect.lesson..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heed.inspect.pictures..", "io.heed.inspect.files..", "io.heed.drawing..");

    @ArchTest
    static final ArchRule pictures_know_no_files = noClasses()
            .that()
            .resideInAPackage("io.heed.inspect.pictures..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.inspect.files..");

    @ArchTest
    static final ArchRule packages_have_no_circles =
            slices().matching("io.heed.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_kernels_know_the_engine = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.kernels")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule only_text_knows_the_library_of_tokenizers = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.text")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.huggingface..");

    @ArchTest
    static final ArchRule only_the_program_ends_the_program = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.heed.cli.Heed")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule chance_is_derived_from_seeds = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.heed.Seeds")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule results_go_through_what_a_command_is_given = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.heed.cli.Heed")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule nothing_is_shared_that_changes =
            noFields().that().areStatic().should().notBeFinal();

    @ArchTest
    static final ArchRule only_the_program_changes_the_machine_it_runs_on = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.cli")
            .should()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class)
            .orShould()
            .callMethod(System.class, "setProperty", String.class, String.class);

    private static ArchRule knowsNothingOf(String name, String... others) {
        String[] packages = new String[others.length];
        for (int i = 0; i < others.length; i++) {
            packages[i] = "io.heed." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage("io.heed." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }
}
