package io.heed.spark.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.SparkEnv;

/** The name of the machine that this process runs on, as messages about executors give it. */
public final class ThisHost {

    private ThisHost() {}

    /** Returns the name by which Spark knows the machine; without Spark, its own. */
    public static String name() {
        SparkEnv environment = SparkEnv.get();
        if (environment != null) {
            return environment.blockManager().blockManagerId().host();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }
}
