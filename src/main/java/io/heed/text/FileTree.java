package io.heed.text;

import java.util.List;

/** The folders and files of a file system, by their names. */
public interface FileTree {

    /** Whether a name is that of a folder. */
    boolean isFolder(String name);

    /** Whether there is anything of a name. */
    boolean exists(String name);

    /**
     * The files in a folder, by their names within it, with slashes.
     *
     * @param folder the folder; empty for the current one
     * @param depth 1 for the folder alone, more for folders within it
     * @throws io.heed.HeedException if the folder cannot be searched
     */
    List<String> files(String folder, int depth);

    /** The name of a file of a folder. */
    String resolve(String folder, String file);

    /** The one name of a file that has several. */
    String absolute(String name);

    /** The length of what a name starts with that is no folder, such as {@code hdfs://host}. */
    int root(String name);
}
