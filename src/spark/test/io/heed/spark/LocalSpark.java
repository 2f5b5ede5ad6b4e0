package io.heed.spark;

import io.heed.spark.cluster.Cluster;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two threads of the test's JVM that stand for a cluster; all tests of a JVM share them. */
public final class LocalSpark {

    private static @Nullable Cluster cluster;

    private LocalSpark() {}

    /** The cluster, which is not closed. */
    public static synchronized Cluster cluster() {
        Cluster now = cluster;
        if (now == null) {
            System.setProperty("spark.driver.host", "127.0.0.1");
            System.setProperty("spark.driver.bindAddress", "127.0.0.1");
            System.setProperty( // as spark-defaults.conf may; Heed must not depend on it
                    "spark.serializer", "org.apache.spark.serializer.KryoSerializer");
            now = Cluster.open("local[2]", Map.of(), "test");
            cluster = now;
        }
        return now;
    }
}
