package io.heed.cli;
import picocli.CommandLine.Command;
@Command(name="attention") final class AttentionCommand implements Runnable { @Override public void run() {} }
