package io.heed.spark.hadoop;

import io.heed.text.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** The folders and files of the file systems that Hadoop knows. */
final class HadoopFileTree implements FileTree {

    private static final Pattern ROOT = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?");

    private final HadoopFiles files;

    HadoopFileTree(HadoopFiles files) {
        this.files = files;
    }

    @Override
    public boolean isFolder(String name) {
        FileStatus status = status(name);
        return status != null && status.isDirectory();
    }

    @Override
    public boolean exists(String name) {
        return status(name) != null;
    }

    private @Nullable FileStatus status(String name) {
        try {
            return files.status(new Path(name));
        } catch (IllegalArgumentException e) {
            return null; // a glob need not be a valid path
        }
    }

    @Override
    public List<String> files(String folder, int depth) {
        Path start = folder.isEmpty() ? new Path(Path.CUR_DIR) : new Path(folder);
        List<String> found = new ArrayList<>();
        try {
            add(files.at(start), start, "", depth, found);
        } catch (IOException e) {
            throw HadoopFiles.failure("search", start, e);
        }
        return found;
    }

    private static void add(FileSystem system, Path folder, String before, int depth, List<String> found)
            throws IOException {
        for (FileStatus status : system.listStatus(folder)) {
            String name = before + status.getPath().getName();
            if (status.isFile()) {
                found.add(name);
            } else if (status.isDirectory() && depth > 1) {
                add(system, status.getPath(), name + "/", depth - 1, found);
            }
        }
    }

    @Override
    public String resolve(String folder, String file) {
        return folder.isEmpty() || folder.endsWith("/") ? folder + file : folder + "/" + file;
    }

    @Override
    public String absolute(String name) {
        Path path = new Path(name);
        return files.at(path).makeQualified(path).toString();
    }

    @Override
    public int root(String name) {
        Matcher root = ROOT.matcher(name);
        return root.lookingAt() ? root.end() : 0;
    }
}
