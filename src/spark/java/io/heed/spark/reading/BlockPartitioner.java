package io.heed.spark.reading;

import org.apache.spark.Partitioner;

/** Deals consecutive blocks of texts to each partition, by the number of their first text, so that partitions are in the order of the texts. */
final class BlockPartitioner extends Partitioner {

    private final long blocks;
    private final int size;
    private final int partitions;

    BlockPartitioner(long blocks, int size, int partitions) {
        this.blocks = blocks;
        this.size = size;
        this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object first) {
        return (int) ((Long) first / size * partitions / blocks);
    }
}
