package murder.benchmarks.bed;

/** Seconds of processor time that the programs on each side used, from their start until the last host was done. */
record Cpu(double tracker, double seeder, double peers) {
    double total() {
        return tracker + seeder + peers;
    }
}
