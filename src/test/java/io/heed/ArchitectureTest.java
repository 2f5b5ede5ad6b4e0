package io.heed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Which package may know which: {@code cli → {{train, serve} → watch → {run → config → optimizer, predict, inspect}, djl → predict} →
 * checkpoint → {model, text} → kernels}, and all of them what stands in {@code io.heed} itself.
 */
@AnalyzeClasses(packages = "io.heed", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final List<String> LAYERS = List.of(
            "kernels",
            "drawing",
            "text",
            "model",
            "checkpoint",
            "optimizer",
            "config",
            "run",
            "train",
            "predict",
            "inspect",
            "watch",
            "djl",
            "serve",
            "cli");

    @ArchTest
    static final ArchRule the_root_knows_no_other_package = noClasses()
            .that()
            .resideInAPackage("io.heed")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.*..");

    @ArchTest
    static final ArchRule packages_know_those_below_alone = layers().whereLayer("kernels")
            .mayNotAccessAnyLayer()
            .whereLayer("drawing")
            .mayNotAccessAnyLayer()
            .whereLayer("text")
            .mayNotAccessAnyLayer()
            .whereLayer("model")
            .mayOnlyAccessLayers("kernels")
            .whereLayer("checkpoint")
            .mayOnlyAccessLayers("kernels", "model", "text")
            .whereLayer("optimizer")
            .mayOnlyAccessLayers("kernels", "model", "checkpoint")
            .whereLayer("config")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "optimizer")
            .whereLayer("run")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "optimizer", "config", "drawing")
            .whereLayer("train")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "optimizer", "config", "run", "watch")
            .whereLayer("predict")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint")
            .whereLayer("inspect")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "drawing")
            .whereLayer("watch")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "config", "run", "predict", "inspect")
            .whereLayer("djl")
            .mayOnlyAccessLayers("kernels", "model", "text", "checkpoint", "predict")
            .whereLayer("serve")
            .mayOnlyAccessLayers(
                    "kernels", "model", "text", "checkpoint", "predict", "inspect", "run", "config", "watch");

    @ArchTest
    static final ArchRule training_needs_no_font = noClasses()
            .that()
            .resideInAnyPackage("io.heed.train..", "io.heed.run..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.heed.drawing.Typeface");

    @ArchTest
    static final ArchRule tokenizers_and_corpora_know_no_grammar = noClasses()
            .that()
            .resideInAnyPackage("io.heed.text", "io.heed.text.tokenizer", "io.heed.text.corpus")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.text.toy");

    @ArchTest
    static final ArchRule only_serve_knows_the_web_server = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.serve..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..", "io.prometheus..");

    @ArchTest
    static final ArchRule the_server_knows_none_of_its_sites = noClasses()
            .that()
            .resideInAPackage("io.heed.serve")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heed.serve.*..");

    /** The profile spark compiles that package, too. */
    @ArchTest
    static final ArchRule nothing_else_knows_spark = noClasses()
            .that()
            .resideOutsideOfPackage("io.heed.spark..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heed.spark..", "org.apache.spark..", "org.apache.hadoop..", "scala..");

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
            slices().matching("io.heed.(**)").should().beFreeOfCycles();

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
            .resideOutsideOfPackage("io.heed.text.tokenizer")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.huggingface..");

    @ArchTest
    static final ArchRule only_the_program_ends_the_program = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.heed.cli.program.CommandLineProgram")
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
            .doNotHaveFullyQualifiedName("io.heed.cli.program.CommandLineProgram")
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
            .resideOutsideOfPackages("io.heed.cli", "io.heed.cli.program")
            .should()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class)
            .orShould()
            .callMethod(System.class, "setProperty", String.class, String.class);

    @ArchTest
    static void one_name_is_one_type(JavaClasses classes) {
        List<JavaClass> types = classes.stream()
                .filter(type ->
                        !type.getSimpleName().isEmpty() && !type.getSimpleName().equals("package-info"))
                .toList();
        Map<String, List<JavaClass>> ofOuter = types.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getSimpleName));
        assertThat(ofOuter.values()).allSatisfy(alike -> assertThat(alike).hasSize(1));
        assertThat(types)
                .filteredOn(JavaClass::isNestedClass)
                .allSatisfy(nested -> assertThat(ofOuter).doesNotContainKey(nested.getSimpleName()));
    }

    @ArchTest
    static void packages_are_small(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .collect(Collectors.groupingBy(JavaClass::getPackageName)))
                .allSatisfy((name, types) -> assertThat(types).as(name).hasSizeLessThanOrEqualTo(26));
    }

    private static LayeredArchitecture layers() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : LAYERS) {
            layers = layers.layer(name).definedBy("io.heed." + name + "..");
        }
        return layers;
    }
}
