package io.heed.djl;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Progress;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads the model of one folder. DJL's own folder loader cannot, since it requires a .pt or a .params file. */
final class FolderLoader implements ModelLoader {

    private final Path folder;
    private final String name;

    FolderLoader(Path folder) {
        this.folder = folder;
        name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    @Override
    public String getGroupId() {
        return HeedModelZoo.GROUP;
    }

    @Override
    public String getArtifactId() {
        return name;
    }

    @Override
    public Application getApplication() {
        return Application.UNDEFINED;
    }

    @Override
    public MRL getMrl() {
        return MRL.undefined(Repository.newInstance(name, folder), HeedModelZoo.GROUP, name);
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        if (criteria.getBlock() != null) {
            throw new HeedException("%s has its own block; leave out optBlock".formatted(folder));
        }
        Map<String, Object> given = criteria.getArguments() == null ? Map.of() : criteria.getArguments();
        Arguments arguments = new Arguments(given);
        LanguageModel read = read(device(criteria.getDevice()), arguments.choice("weights", WeightFormat.AUTO));
        Model model = Model.newInstance(
                criteria.getModelName() == null ? name : criteria.getModelName(), read.device(), HeedModelZoo.ENGINE);
        model.getNDManager().attachInternal("heed", read); // closed with the model
        boolean done = false;
        try {
            model.setBlock(read.transformer());
            model.load(folder, null, Map.of("hasParameter", "false")); // records the folder, reads no parameters
            given.forEach((key, value) -> model.setProperty(key, value.toString()));
            ZooModel<I, O> loaded = new ZooModel<>(model, translator(criteria, model, read, arguments));
            done = true;
            return loaded;
        } finally {
            if (!done) {
                model.close();
            }
        }
    }

    private static Device device(@Nullable Device wanted) {
        Engine engine = Engine.getEngine(HeedModelZoo.ENGINE);
        if (wanted == null) {
            return engine.defaultDevice();
        }
        if (wanted.isGpu() && wanted.getDeviceId() >= engine.getGpuCount()) {
            throw new HeedException(
                    "%s was asked for, but the PyTorch engine here finds %d CUDA devices; use Device.cpu()"
                            .formatted(wanted, engine.getGpuCount()));
        }
        return wanted;
    }

    private LanguageModel read(Device device, WeightFormat weights) throws MalformedModelException {
        try {
            return ModelFolder.read(folder, device, weights);
        } catch (HeedException e) {
            throw new MalformedModelException(e.getMessage(), e);
        }
    }

    private <I, O> Translator<I, O> translator(
            Criteria<I, O> criteria, Model model, LanguageModel read, Arguments arguments)
            throws ModelNotFoundException {
        Class<I> input = criteria.getInputClass();
        Class<O> output = criteria.getOutputClass();
        TranslatorFactory factory = criteria.getTranslatorFactory();
        try {
            return factory == null
                    ? TextTranslator.of(read, input, output, arguments)
                    : factory.newInstance(input, output, model, arguments.given());
        } catch (TranslateException e) {
            throw new ModelNotFoundException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
        return true;
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress) {
        // the folder is already on this machine
    }
}
